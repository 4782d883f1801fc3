import { repeatOptions } from './bulk.matching.ts';
import type { BulkOptions, Order } from './bulk.order.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { Refused } from './gateway.ts';
import { whileInterruptible } from './interrupts.ts';
import type { Operation } from './operation.ts';
import { START } from './requests.ts';
import { WITH_RETRIES } from './sending.ts';
import { reportFailure, type Session } from './session.ts';

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

/** Prints why nothing was started, and returns the exit code. Rethrows other errors than Refused and Unreachable. */
export function reportNotStarted(session: Session, error: unknown): ExitCode {
  const code = reportFailure(session, error);
  return error instanceof Refused && !error.isUnauthorized ? EXIT.refused : code;
}

/** The message after a start that may have reached the gateway. */
export function howToFindOut(order: Order, options: BulkOptions): string {
  return `The operation may have been started. Run the same command with ${repeatOptions(order, options)} to find out; it is started at most once.`;
}
