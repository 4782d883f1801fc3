import { orderWords } from './action-words.ts';
import type { BulkOptions, Order } from './bulk.order.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { Refused } from './gateway.ts';
import { GROUP_COUNT } from './requests.ts';
import type { Session } from './session.ts';
import { readViewer } from './viewer.ts';
import { simCount } from './words.ts';

/**
 * If there is a terminal, asks before an order that sends SMS or that may change more than one SIM. Returns the exit code if nothing may be sent;
 * undefined if the answer is yes or nothing has to be asked. Errors: Refused, Unreachable.
 */
export async function confirmOrder(
  session: Session,
  order: Order,
  options: Pick<BulkOptions, 'file' | 'yes'>,
): Promise<ExitCode | undefined> {
  if (options.yes || !session.screen.canAsk()) return undefined;
  const { number, words } = await simsOf(session, order, options.file);
  // More SIMs may join a group before the gateway lists it, unless the order has their number.
  const isFixed = !('group' in order.target) || order.expectedCount !== undefined;
  if (isFixed && (number === 0 || (number === 1 && order.action !== 'SEND_SMS'))) return undefined;
  return confirm(session, order, words);
}

/** Asks whether to carry out an order; `sims` is its SIMs in words. Returns the exit code unless the answer is yes. Errors: Refused, Unreachable. */
export async function confirm(
  session: Session,
  order: Pick<Order, 'action' | 'params'>,
  sims: string,
): Promise<ExitCode | undefined> {
  const { gateway, screen } = session;
  const { environment } = await readViewer(gateway);
  const account = environment === 'LIVE' ? 'LIVE ACCOUNT' : environment;
  const answer = await screen.askLine(`${account}: ${orderWords(order, sims)}? [y/N] `);
  if (/^\s*y(?:es)?\s*$/i.test(answer ?? '')) return undefined;
  screen.say('Nothing was sent.');
  return answer === undefined ? EXIT.interrupted : EXIT.refused;
}

/** The number of SIMs of an order, undefined if it is not known, and the SIMs in words. Errors: Refused, Unreachable. */
async function simsOf(
  session: Session,
  { target, expectedCount }: Order,
  file: string | undefined,
): Promise<{ readonly number: number | undefined; readonly words: string }> {
  if ('list' in target) {
    const number = target.list.split('\n').length;
    const from = file === undefined || file === '-' ? '' : ` of ${file}`;
    return { number, words: `${simCount(number)}${from}` };
  }
  // A filter has been counted, and its words printed, before.
  if ('filter' in target) {
    const number = expectedCount ?? 0;
    return { number, words: number === 1 ? 'this SIM' : `these ${simCount(number)}` };
  }
  const number = expectedCount ?? (await countGroup(session, target.group));
  const sims = number === undefined ? 'all SIMs' : simCount(number);
  return { number, words: `${sims} of the group ${target.group}` };
}

/** The number of SIMs of a group; undefined if it cannot be known yet, or if the caller may not read it. Errors: Refused, Unreachable. */
async function countGroup({ gateway }: Session, group: string): Promise<number | undefined> {
  try {
    const { data } = await gateway.ask<{
      group: { sims: { totalCount: number; isComplete: boolean } | null } | null;
    }>(GROUP_COUNT, { group });
    if (data.group === null) return 0;
    return data.group.sims?.isComplete ? data.group.sims.totalCount : undefined;
  } catch (error) {
    if (error instanceof Refused && error.requiredScopes.includes('READ')) return undefined;
    throw error;
  }
}
