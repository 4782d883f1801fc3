/** Why the gateway has no database; the message is a sentence for a person, and says what to do. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

/** Another gateway works in this data folder, or what it left there has not ended. */
export class DataDirInUse extends StoreError {
  override readonly name = 'DataDirInUse';
}

/** The data folder cannot be used as it is: its rights, its disk, or what is in it. */
export class DataDirUnusable extends StoreError {
  override readonly name = 'DataDirUnusable';
}

/** There is no PostgreSQL that runs on this machine. */
export class NoBinaries extends StoreError {
  override readonly name = 'NoBinaries';
}

/** PostgreSQL was started and failed; its log says why. */
export class DatabaseFailed extends StoreError {
  override readonly name = 'DatabaseFailed';
}

/** What a system call failed with, such as `EACCES`; the message where it was none. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
