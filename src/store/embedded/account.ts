import { readFileSync } from 'node:fs';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const ROOT = 0;

/** Linux's ids for a user that owns nothing. */
const OVERFLOW: Account = { uid: 65534, gid: 65534 };

/** Whether the gateway runs as root. PostgreSQL refuses to run as root. */
export function runsAsRoot(): boolean {
  return process.getuid?.() === ROOT;
}

/**
 * The user that runs PostgreSQL; undefined if it is the user of the gateway.
 * For a gateway that runs as root it is the owner of the data folder, or the unprivileged user if that is root too. No user is created.
 */
export function databaseAccount(dataDirOwner: Account): Account | undefined {
  if (!runsAsRoot()) return undefined;
  return dataDirOwner.uid === ROOT ? unprivilegedUser() : dataDirOwner;
}

/** The unprivileged user of the system. */
function unprivilegedUser(): Account {
  try {
    const [, , uid, gid] = /^nobody:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0].split(':') ?? [];
    const account = { uid: Number(uid), gid: Number(gid) };
    // On macOS this user has the id -2.
    return account.uid > ROOT && account.gid > ROOT ? account : OVERFLOW;
  } catch {
    return OVERFLOW;
  }
}
