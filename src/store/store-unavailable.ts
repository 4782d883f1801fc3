/** The database does not answer: nothing is known of what was asked of it last, and nothing new may begin. */
export class StoreUnavailable extends Error {
  override readonly name: string = 'StoreUnavailable';
  constructor(
    /** For the log alone. */
    readonly detail: string,
  ) {
    super(`the database does not answer: ${detail}`);
  }
}

/** The database was lost before it answered a commit: the transaction may have been carried out, or none of it. */
export class CommitUnclear extends StoreUnavailable {
  override readonly name = 'CommitUnclear';
}

/** SQLSTATE classes that speak of the server or of the way to it: connection, resources, shutdown, system. */
const classes = /^(?:08|53|57P|58|XX)/;
/** The server was asked in the wrong moment: read-only after a fail-over, a time-out, a lock that took too long. */
const states = new Set(['25006', '57014', '55P03', '40001', '40P01']);
/** The server does not let us in: wrong credentials, or no such database. They may be put right while we run. */
const refusals = new Set(['3D000', '28P01', '28000']);
const socketCodes = /^(?:E[A-Z]{3,}|CONNECTION_.*)$/;
/** Words of the driver, which gives these errors no code. */
const words =
  /connection terminated|timeout exceeded|query read timeout|client has encountered|not queryable/i;

/** Whether an error of the driver says that the database is out of reach rather than that a statement is wrong. */
export function isUnavailable(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  const code = 'code' in error ? String(error.code) : '';
  return (
    classes.test(code) ||
    refusals.has(code) ||
    states.has(code) ||
    socketCodes.test(code) ||
    words.test(error.message)
  );
}

/** Whether a database that answers does not let us in: at the start that is a setting to correct. */
export function isRefusal(error: Error): boolean {
  return 'code' in error && refusals.has(String(error.code));
}

/** An error of the driver as callers of the store learn of it: StoreUnavailable where the database is out of reach. */
export function toStoreError(error: unknown): unknown {
  if (error instanceof StoreUnavailable) return error;
  return isUnavailable(error) ? new StoreUnavailable(error.message) : error;
}
