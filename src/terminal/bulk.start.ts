import { repeatOptions } from './bulk.matching.ts';
import type { BulkOptions, Order } from './bulk.order.ts';
import { EXIT } from './exit-codes.ts';
import { Refused, Unreachable } from './gateway.ts';
import { whileInterruptible } from './interrupts.ts';
import type { Operation } from './operation.ts';
import { START } from './requests.ts';
import type { Session } from './session.ts';

/** If every attempt fails at once, five attempts take about 8 s with the delays between them. */
const START_TRIES = 5;

/** Errors after which the operation may run anyway, or that are temporary. Retries are safe: a key starts at most one operation. */
const UNCLEAR = new Set(['OUTCOME_UNKNOWN', 'STORE_UNAVAILABLE', 'OVERLOADED']);

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
      { tries: START_TRIES, isRetried: ({ code }) => UNCLEAR.has(code) },
    );
    return data.startBulkOperation.bulkOperation;
  });
}

/**
 * Whether the operation may run although its start failed. A refusal of the caller says nothing about an earlier attempt. Any other refusal
 * is final for the key, and so for all attempts.
 */
export function mayHaveStarted(error: unknown): boolean {
  if (error instanceof Refused && error.isUnauthorized) return error.mayHaveArrived;
  if (error instanceof Refused) return UNCLEAR.has(error.code) || error.code === 'INTERNAL_SERVER_ERROR';
  return error instanceof Unreachable && error.mayHaveArrived;
}

/** The message after a start that may have reached the gateway. */
export function howToFindOut(order: Order, options: BulkOptions): string {
  return `The operation may have been started. Run the same command with ${repeatOptions(order, options)} to find out; it is started at most once.`;
}
