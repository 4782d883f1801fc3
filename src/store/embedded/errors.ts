/** The gateway has no database. The message is for the user and says what to do. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

/** Another gateway, or the database of an earlier one, still uses this data folder. */
export class DataDirInUse extends StoreError {
  override readonly name = 'DataDirInUse';
}

/** The data folder cannot be used because of its permissions, its disk or its content. */
export class DataDirUnusable extends StoreError {
  override readonly name = 'DataDirUnusable';
}

/** No installed PostgreSQL runs on this machine. */
export class NoBinaries extends StoreError {
  override readonly name = 'NoBinaries';
}

/** PostgreSQL was started and failed; its log says why. */
export class DatabaseFailed extends StoreError {
  override readonly name = 'DatabaseFailed';
}

/** The code of a system error, such as `EACCES`; the message of any other error. */
export function reasonOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return error instanceof Error ? error.message : String(error);
}
