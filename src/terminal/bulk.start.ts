import { repeatOptions } from './bulk.matching.ts';
import type { Order } from './bulk.order.ts';
import { EXIT } from './exit-codes.ts';
import { Refused, Unreachable } from './gateway.ts';
import { whileInterruptible } from './interrupts.ts';
import type { Operation } from './operation.ts';
import { START } from './requests.ts';
import type { Session } from './session.ts';

/** With the waits between them this takes some eight seconds if every try fails at once. */
const START_TRIES = 5;

/** Refusals after which the operation may run all the same, or that end soon. The same key starts it at most once. */
const UNCLEAR = new Set(['OUTCOME_UNKNOWN', 'STORE_UNAVAILABLE', 'OVERLOADED']);

/** Starts an operation; each try is under the key of the order. Errors: Refused, Unreachable. */
export async function start({ gateway, screen }: Session, order: Order): Promise<Operation> {
  const leave = () => {
    screen.say(howToFindOut(order));
    process.exit(EXIT.interrupted);
  };
  return whileInterruptible(leave, async () => {
    const { data } = await gateway.ask<{ startBulkOperation: { bulkOperation: Operation } }>(
      START,
      { input: order },
      { tries: START_TRIES, isTriedAgain: ({ code }) => UNCLEAR.has(code) },
    );
    return data.startBulkOperation.bulkOperation;
  });
}

/** Whether the operation may run though its start failed. A refusal for another reason answers for the key, and so for all tries. */
export function mayHaveStarted(error: unknown): boolean {
  if (error instanceof Refused) return UNCLEAR.has(error.code) || error.code === 'INTERNAL_SERVER_ERROR';
  return error instanceof Unreachable && error.mayHaveArrived;
}

/** What to type after a start that may have arrived. */
export function howToFindOut(order: Order): string {
  return `It may have been started all the same. The same command with ${repeatOptions(order)} finds out, and starts it at most once.`;
}
