import { repeatOptions } from './bulk.matching.ts';
import type { BulkOptions, Order } from './bulk.order.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type AskOptions, Refused, Unreachable } from './gateway.ts';
import { whileInterruptible } from './interrupts.ts';
import type { Operation } from './operation.ts';
import { START } from './requests.ts';
import { reportFailure, type Session } from './session.ts';

/** Errors after which the change may be made anyway, or that are temporary. */
const UNCLEAR = new Set(['OUTCOME_UNKNOWN', 'STORE_UNAVAILABLE', 'OVERLOADED']);

/**
 * How a change with an idempotency key is sent. Retries are safe: with one key it is made at most once. If every attempt fails at once, five
 * attempts take about 8 s with the delays between them.
 */
export const WITH_RETRIES: AskOptions = { tries: 5, isRetried: ({ code }) => UNCLEAR.has(code) };

/** Starts an operation. Every attempt uses the key of the order. Errors: Refused, Unreachable. */
export async function start(
  { gateway, screen }: Session,
  order: Order,
  options: BulkOptions,
): Promise<Operation> {
  const leave = () => {
    screen.say(howToFindOut(order, options));
    process.exit(EXIT.interrupted);
  };
  return whileInterruptible(leave, async () => {
    const { data } = await gateway.ask<{ startBulkOperation: { bulkOperation: Operation } }>(
      START,
      { input: order },
      WITH_RETRIES,
    );
    return data.startBulkOperation.bulkOperation;
  });
}

/**
 * Whether the change may be made although its request failed. A refusal of the caller says nothing about an earlier attempt. Any other refusal
 * is final for the key, and so for all attempts.
 */
export function mayHaveStarted(error: unknown): boolean {
  if (error instanceof Refused && error.isUnauthorized) return error.mayHaveArrived;
  if (error instanceof Refused) return UNCLEAR.has(error.code) || error.code === 'INTERNAL_SERVER_ERROR';
  return error instanceof Unreachable && error.mayHaveArrived;
}

/** Prints why nothing was started, or why it is not known, and returns the exit code. Rethrows other errors than Refused and Unreachable. */
export function reportNotStarted(session: Session, error: unknown): ExitCode {
  const code = reportFailure(session, error);
  const isFinal = error instanceof Refused && !error.isUnauthorized && error.code !== 'OUTCOME_UNKNOWN';
  return isFinal ? EXIT.refused : code;
}

/** The message after a start that may have reached the gateway. */
export function howToFindOut(order: Order, options: BulkOptions): string {
  return `The operation may have been started. Run the same command with ${repeatOptions(order, options)} to find out; it is started at most once.`;
}
