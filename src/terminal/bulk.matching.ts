import type { BulkOptions, Order } from './bulk.order.ts';
import { fixedDates } from './filter.options.ts';
import { type Freshness, reportFreshness } from './freshness.ts';
import { COUNT } from './requests.ts';
import { type Session, sayError } from './session.ts';
import { filterWords } from './sim-filter.ts';
import { simCount } from './words.ts';

/**
 * Counts and prints the SIMs that match the filter of an order, and returns the order with that number as `expectedCount`. Returns an order
 * without a filter unchanged. Returns undefined, after a message, if the order must not be sent. Errors: Refused, Unreachable.
 */
export async function withMatchingSims(
  session: Session,
  order: Order,
  { mayBeRepeated }: { mayBeRepeated: boolean },
): Promise<Order | undefined> {
  const { gateway, screen } = session;
  if (!('filter' in order.target)) return order;
  const { filter } = order.target;
  const { data } = await gateway.ask<{ sims: Freshness & { totalCount: number } }>(COUNT, { filter });
  const { totalCount, isComplete } = data.sims;
  const { expectedCount = totalCount } = order;
  reportFreshness(session, data.sims);
  screen.say(`${simCount(totalCount)} match${totalCount === 1 ? 'es' : ''} now: ${filterWords(filter)}.`);
  const fixed = { ...order, expectedCount };
  // The gateway finds an operation that was started before by its key, even if the SIMs no longer match.
  if (mayBeRepeated || (isComplete && totalCount > 0 && totalCount === expectedCount)) return fixed;
  if (totalCount !== expectedCount) {
    const message = `That is not ${simCount(expectedCount)}. Nothing was sent.`;
    const code = 'EXPECTED_COUNT_MISMATCH';
    sayError(session, { code, message, expectedCount, count: totalCount, retryable: false }, message);
  } else if (isComplete) {
    const message = 'Nothing was sent.';
    sayError(
      session,
      { code: 'BAD_USER_INPUT', message: `No SIM matches. ${message}`, retryable: false },
      message,
    );
  } else screen.say('Nothing was sent.');
  return undefined;
}

/** The options with which the same command sends the same order again. */
export function repeatOptions(order: Order, options: BulkOptions): string {
  const { target, expectedCount, idempotencyKey } = order;
  const key = `--idempotency-key ${idempotencyKey}`;
  if (!('filter' in target)) return key;
  return [key, `--expect ${expectedCount}`, ...fixedDates(options)].join(' ');
}
