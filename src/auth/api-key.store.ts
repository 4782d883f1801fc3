import { type Kysely, sql } from 'kysely';
import { GatewayError } from '../errors/index.ts';
import { accountOf, accountsOf, type Database, type Store } from '../store/index.ts';

/** A row of an API key. It never has the key itself. */
export interface ApiKeyRow {
  /** The public part of the key. */
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Null: all SIMs. */
  readonly groups: readonly string[] | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  /** Written at most once a minute by each gateway. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
  /** Until when the key before the last rotation is valid; null if there is none. */
  readonly previousUntil: Date | null;
}

/** A row with the hashes that a key is compared with. */
export interface HashedRow extends ApiKeyRow {
  readonly hash: Buffer;
  readonly previousHash: Buffer | null;
}

export interface NewRow {
  readonly id: string;
  readonly hash: Buffer;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly groups: readonly string[] | null;
  readonly expiresAt: Date | null;
}

/** The actor of the caller with the API key of this name. */
export const actorOf = (name: string) => `${actorPrefix}${name}`;
const actorPrefix = 'key:';

const shown = sql`id, name, scopes, groups, created_at, expires_at, last_used_at, revoked_at, previous_until`;

/** The SQL of API keys, the only writer of api_key. Errors of all: StoreUnavailable; those that change rows: CommitUnclear. */
export type ApiKeyStore = ReturnType<typeof createApiKeyStore>;

/** The API keys of a SIM API account: a gateway of another account on the same database does not accept them. */
export function createApiKeyStore(store: Store, account: string) {
  const isOwn = sql`account = any(${accountsOf(account)})`;

  return {
    /** Rows by id, in any order; unknown ids are left out. */
    async find(ids: readonly string[]): Promise<HashedRow[]> {
      // A burst of changes, or long queries of the fleet, must not delay authentication.
      const { rows } = await store.runOnReservedConnection((db) =>
        sql<HashedRow>`
          select ${shown}, hash, previous_hash from api_key where id = any(${[...ids]}::text[]) and ${isOwn}`.execute(
          db,
        ),
      );
      return rows;
    },

    async markUsed(id: string): Promise<void> {
      await store.run((db) =>
        sql`
          update api_key set last_used_at = greatest(last_used_at, clock_timestamp()) where id = ${id} and ${isOwn}`.execute(
          db,
        ),
      );
    },

    /** Oldest first. */
    async list(): Promise<ApiKeyRow[]> {
      const { rows } = await store.run((db) =>
        sql<ApiKeyRow>`select ${shown} from api_key where ${isOwn} order by created_at, id`.execute(db),
      );
      return rows;
    },

    /** Null if the account has, or had, a key of this name. */
    async create({ id, hash, name, scopes, groups, expiresAt }: NewRow): Promise<ApiKeyRow | null> {
      return store.transaction(async (db) => {
        const { rows } = await sql<ApiKeyRow>`
          insert into api_key (id, account, name, hash, scopes, groups, expires_at)
          select ${id}, ${accountOf(account)}, ${name}, ${hash}, ${[...scopes]}::text[], ${groups && [...groups]}::text[],
            ${expiresAt}::timestamptz
          where not exists (select from api_key where name = ${name} and ${isOwn})
          on conflict (account, name) do nothing
          returning ${shown}`.execute(db);
        return rows[0] ?? null;
      });
    },

    /**
     * Replaces the key of a name by the one that `next` creates for its id. The replaced key stays valid for `overlapSeconds`. Errors:
     * those of `rotatable`.
     */
    async rotate(
      name: string,
      next: (id: string) => { readonly hash: Buffer },
      overlapSeconds: number,
    ): Promise<ApiKeyRow> {
      return store.transaction(async (db) => {
        const id = await rotatable(db, sql`name = ${name} and ${isOwn}`);
        const { hash } = next(id);
        const overlap = sql`clock_timestamp() + make_interval(secs => ${overlapSeconds})`;
        const { rows } = await sql<ApiKeyRow>`
          update api_key set hash = ${hash},
            previous_hash = ${overlapSeconds > 0 ? sql`hash` : null},
            previous_until = ${overlapSeconds > 0 ? overlap : null}
          where id = ${id}
          returning ${shown}`.execute(db);
        const [row] = rows as [ApiKeyRow];
        return row;
      });
    },

    /** Revokes all keys of a name. Returns when they were revoked first; null if there is none. */
    async revoke(name: string): Promise<Date | null> {
      return store.transaction(async (db) => {
        const { rows } = await sql<{ revokedAt: Date }>`
          update api_key set revoked_at = coalesce(revoked_at, clock_timestamp())
          where name = ${name} and ${isOwn} returning revoked_at`.execute(db);
        return rows[0]?.revokedAt ?? null;
      });
    },

    /**
     * Checks in a transaction that the API key of an actor is not revoked, and locks it against revocation until the transaction ends.
     * Other actors pass. Errors: UNAUTHENTICATED.
     */
    async requireUnrevoked(db: Kysely<Database>, actor: string): Promise<void> {
      if (!actor.startsWith(actorPrefix)) return;
      const { rows } = await sql<{ isRevoked: boolean }>`
        select revoked_at is not null as is_revoked from api_key
        where name = ${actor.slice(actorPrefix.length)} and ${isOwn} for share`.execute(db);
      if (rows.every(({ isRevoked }) => isRevoked)) throw new GatewayError('UNAUTHENTICATED');
    },
  };
}

/**
 * Locks the one row that can be rotated and returns its id. Errors: NOT_FOUND; BAD_USER_INPUT if the key is revoked or has expired, or if
 * two keys have the name since two accounts were merged.
 */
async function rotatable(db: Kysely<Database>, where: ReturnType<typeof sql>): Promise<string> {
  const { rows } = await sql<{ id: string; isRevoked: boolean; hasExpired: boolean }>`
    select id, revoked_at is not null as is_revoked, coalesce(expires_at <= clock_timestamp(), false) as has_expired
    from api_key where ${where} for update`.execute(db);
  const [row, other] = rows;
  if (row === undefined) throw noSuchKey();
  const refuse = (message: string) => new GatewayError('BAD_USER_INPUT', { message });
  if (other !== undefined)
    throw refuse(
      'Two API keys have this name, since the accounts of both were merged: revoke the name and create a key under another one.',
    );
  if (row.isRevoked) throw refuse('The API key is revoked: create one under another name.');
  if (row.hasExpired) throw refuse('The API key has expired: create one under another name.');
  return row.id;
}

export function noSuchKey(): GatewayError {
  return new GatewayError('NOT_FOUND', { message: 'There is no API key of this name.' });
}
