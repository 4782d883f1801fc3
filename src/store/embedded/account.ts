import { readFileSync } from 'node:fs';

/** A user of the system, by its numbers. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const ROOT = 0;

/** Linux's ids for a user that owns nothing. */
const OVERFLOW: Account = { uid: 65534, gid: 65534 };

/** Whether the gateway runs as root, as which PostgreSQL refuses to run. */
export function runsAsRoot(): boolean {
  return process.getuid?.() === ROOT;
}

/**
 * The user that PostgreSQL is run as; undefined where that is the gateway's own.
 * For a gateway that is root it is whom the data folder belongs to, or `nobody` where that is root again. No user is added.
 */
export function databaseAccount(dataDirOwner: Account): Account | undefined {
  if (!runsAsRoot()) return undefined;
  return dataDirOwner.uid === ROOT ? nobody() : dataDirOwner;
}

function nobody(): Account {
  try {
    const [, , uid, gid] = /^nobody:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0].split(':') ?? [];
    const account = { uid: Number(uid), gid: Number(gid) };
    // macOS writes its nobody as -2.
    return account.uid > ROOT && account.gid > ROOT ? account : OVERFLOW;
  } catch {
    return OVERFLOW;
  }
}
