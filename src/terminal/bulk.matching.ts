import type { Order } from './bulk.order.ts';
import { type Freshness, freshnessWarning } from './freshness.ts';
import { COUNT } from './requests.ts';
import type { Session } from './session.ts';
import { filterWords } from './sim-filter.ts';
import { simCount } from './words.ts';

/**
 * Says how many SIMs fit the filter of an order now, and gives the order for exactly so many; other orders as they are. Undefined where
 * it is not to be sent, which was said. Errors: Refused, Unreachable.
 */
export async function withMatchingSims(
  { gateway, screen }: Session,
  order: Order,
  { mayBeRepeated }: { mayBeRepeated: boolean },
): Promise<Order | undefined> {
  if (!('filter' in order.target)) return order;
  const { filter } = order.target;
  const { data } = await gateway.ask<{ sims: Freshness & { totalCount: number } }>(COUNT, { filter });
  const { totalCount, isComplete } = data.sims;
  const { expectedCount = totalCount } = order;
  const warning = freshnessWarning(data.sims);
  if (warning !== undefined) screen.say([{ text: warning, style: 'warn' }]);
  screen.say(`${simCount(totalCount)} fit${totalCount === 1 ? 's' : ''} now: ${filterWords(filter)}.`);
  const fixed = { ...order, expectedCount };
  // What was started already is found by its key, although the SIMs may no longer fit.
  if (mayBeRepeated || (isComplete && totalCount > 0 && totalCount === expectedCount)) return fixed;
  const why = totalCount === expectedCount ? '' : `That is not ${simCount(expectedCount)}. `;
  screen.say(`${why}Nothing was sent.`);
  return undefined;
}

/** The options that make the same command the same order once more. */
export function repeatOptions({ target, expectedCount, idempotencyKey }: Order): string {
  const key = `--key ${idempotencyKey}`;
  if (!('filter' in target)) return key;
  const since = target.filter.lastDataSessionBefore;
  return `${key} --expect ${expectedCount}${since === undefined ? '' : ` --silent-since ${since}`}`;
}
