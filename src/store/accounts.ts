import { type Kysely, sql } from 'kysely';
import type { Log } from '../base/log.ts';
import type { Database } from './database.ts';
import { StoreError } from './embedded/errors.ts';
import { beforeAccounts } from './migrations/2026-11-28-accounts.ts';

/** SQL expression: the account under which rows of `account` are stored: `account` itself, or the target if it is an alias. */
export function accountOf(account: string) {
  return sql<string>`coalesce((select account from account_alias where alias = ${account}), ${account})`;
}

/** SQL array for `= any(…)`: every name under which rows of `account` were stored. */
export function accountsOf(account: string) {
  return sql<string[]>`array(
    select ${accountOf(account)} union all select alias from account_alias where account = ${accountOf(account)})`;
}

/** Number of digits of a whole account, which is a SHA-256. */
const accountDigits = 64;
/** Number of digits of an account in the log: 64 digits there would look like a user name or a password of the SIM API. */
const loggedDigits = 16;

/**
 * Assigns existing rows to `account` before the gateway works on any: rows from before rows named their account, if no other account
 * has them yet, and rows of the account `adopts`, which is the same account under an earlier URL or user name: its first 16 to 64
 * digits. Logs the open work of other accounts. Errors: StoreError if `adopts` does not name one account; those of the driver.
 */
export async function openAccount(
  db: Kysely<Database>,
  account: string,
  adopts: string | null,
  log: Log,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('sim-gateway accounts', 0))`.execute(transaction);
    const isTaken = await sql`select from account_alias where alias = ${beforeAccounts}`.execute(transaction);
    if (isTaken.rows.length === 0) await adopt(transaction, account, beforeAccounts);
    if (adopts !== null) await adopt(transaction, account, await wholeAccount(transaction, adopts));
  });
  const { rows } = await sql<{ account: string; operations: number; changes: number }>`
    select account, count(*) filter (where lease_until = 'infinity')::int as operations,
      count(*) filter (where lease_until < 'infinity')::int as changes
    from audit_entry
    where outcome = 'OPEN' and account <> all(${accountsOf(account)})
    group by account order by account`.execute(db);
  for (const { account: other, ...work } of rows)
    log.warn(
      { account: other.slice(0, loggedDigits), ...work },
      'another SIM API account has open work in this database; this gateway does not touch it',
    );
}

/** The account that begins with these digits. Errors: StoreError if no account of the database does, or several. */
async function wholeAccount(db: Kysely<Database>, digits: string): Promise<string> {
  if (digits.length === accountDigits) return digits;
  const { rows } = await sql<{ name: string }>`
    select name from (
      select account from audit_entry union select account from account_alias union select alias from account_alias
    ) as accounts (name)
    where starts_with(name, ${digits}) limit 2`.execute(db);
  const [found] = rows;
  if (found === undefined) throw new StoreError('ADOPT_ACCOUNT matches no account of this database.');
  if (rows.length > 1)
    throw new StoreError('ADOPT_ACCOUNT matches several accounts of this database: give more digits of it.');
  return found.name;
}

/** Merges two accounts: `adopted` and all its aliases become aliases of `account`. */
async function adopt(db: Kysely<Database>, account: string, adopted: string): Promise<void> {
  const { rows } = await sql<{ own: string; former: string }>`
    select ${accountOf(account)} as own, ${accountOf(adopted)} as former`.execute(db);
  const [{ own, former }] = rows as [{ own: string; former: string }];
  if (own === former) return;
  await sql`update account_alias set account = ${own} where account = ${former}`.execute(db);
  await sql`insert into account_alias (alias, account) values (${former}, ${own})`.execute(db);
  // A key that both accounts have used stays with each of them.
  await sql`
    update idempotency_key as moved set account = ${own}
    where account = ${former} and not exists (
      select from idempotency_key as known
      where (known.tenant, known.actor, known.account, known.key) = (moved.tenant, moved.actor, ${own}, moved.key))`.execute(
    db,
  );
}
