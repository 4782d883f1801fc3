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

/** SQLSTATE class of values that PostgreSQL cannot use, such as a text that is no UUID. Its messages quote the value. */
const valueClass = /^22/;

/** PostgreSQL cannot use a value of a statement. The message does not quote it: it may be personal data, and it would be logged. */
class ValueRefused extends Error {
  override readonly name = 'ValueRefused';
  constructor(
    /** The SQLSTATE. */
    readonly code: string,
    { message, stack = '' }: Error,
  ) {
    super(`the database refuses a value (${code})`);
    const frames = stack.slice(stack.indexOf(message) + message.length);
    this.stack = `${this.name}: ${this.message}${frames}`;
  }
}

/** Converts an error of the driver: StoreUnavailable if the database is unavailable, ValueRefused; any other error unchanged. */
export function toStoreError(error: unknown): unknown {
  if (error instanceof StoreUnavailable) return error;
  if (isUnavailable(error)) return new StoreUnavailable(error.message);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return valueClass.test(code) ? new ValueRefused(code, error as Error) : error;
}
