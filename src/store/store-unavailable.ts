/** The database does not answer: the result of the last statement is unknown, and no new change may start. */
export class StoreUnavailable extends Error {
  override readonly name: string = 'StoreUnavailable';
  constructor(
    /** For the log only. */
    readonly detail: string,
  ) {
    super(`the database does not answer: ${detail}`);
  }
}

/** The connection was lost before the database answered a commit: the transaction may or may not have taken effect. */
export class CommitUnclear extends StoreUnavailable {
  override readonly name = 'CommitUnclear';
}

/** SQLSTATE classes about the server or the connection to it: connection, resources, shutdown, system. */
const classes = /^(?:08|53|57P|58|XX)/;
/** SQLSTATEs of temporary conditions: read-only after a failover, timeout, lock timeout, serialization failure, deadlock. */
const states = new Set(['25006', '57014', '55P03', '40001', '40P01']);
/** SQLSTATEs of a refused login: wrong credentials, or no such database. They may be corrected while the gateway runs. */
const refusals = new Set(['3D000', '28P01', '28000']);
const socketCodes = /^(?:E[A-Z]{3,}|CONNECTION_.*)$/;
/** Messages of the driver's errors that have no code. */
const words =
  /connection terminated|timeout exceeded|query read timeout|client has encountered|not queryable/i;

/** Whether an error of the driver means that the database is unavailable, not that a statement is wrong. */
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

/** Whether a database that answers refuses the login: at the start this is a wrong setting. */
export function isRefusal(error: Error): boolean {
  return 'code' in error && refusals.has(String(error.code));
}

/** Converts an error of the driver: StoreUnavailable if the database is unavailable, any other error unchanged. */
export function toStoreError(error: unknown): unknown {
  if (error instanceof StoreUnavailable) return error;
  return isUnavailable(error) ? new StoreUnavailable(error.message) : error;
}
