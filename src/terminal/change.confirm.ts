import { EXIT, type ExitCode, WrongUsage } from './exit-codes.ts';
import { Refused } from './gateway.ts';
import { confirm } from './question.ts';
import { SIM_STATES } from './requests.ts';
import type { Session } from './session.ts';
import type { ChangeOptions, SimOrder } from './sim-changes.ts';
import { isIccid, simRef } from './sim-list.ts';
import type { SimNow } from './watch-sims.ts';

/**
 * Asks before a SIM is closed, and if there is a terminal before an SMS is sent. Returns the exit code if nothing may be sent; otherwise the ICCID of
 * the SIM to close, undefined for other actions. Errors: Refused, Unreachable, WrongUsage.
 */
export async function confirmChange(
  session: Session,
  order: SimOrder,
  { yes = false }: ChangeOptions,
): Promise<ExitCode | string | undefined> {
  if (order.action === 'CLOSE') return confirmClosing(session, order.target.list, yes);
  if (order.action !== 'SEND_SMS' || yes || !session.screen.canAsk()) return undefined;
  return confirm(session, order, `the SIM ${order.target.list}`);
}

async function confirmClosing(session: Session, key: string, yes: boolean): Promise<ExitCode | string> {
  const { screen } = session;
  if (!yes && !screen.canAsk())
    throw new WrongUsage('close needs --yes here: there is no terminal to confirm it on. Nothing was sent.');
  if (yes && isIccid(key)) return key;
  const sim = await readSim(session, key);
  const iccid = sim?.iccid ?? key;
  if (yes) return iccid;
  const known = sim === undefined ? '' : ` (${[sim.name, sim.state].filter(Boolean).join(', ')})`;
  screen.say([{ text: `This closes ${iccid}${known} permanently. This cannot be undone.`, style: 'bad' }]);
  const answer = await screen.askLine('Type the ICCID again to close the SIM: ');
  if (answer?.trim() === iccid) return iccid;
  screen.say('Nothing was sent.');
  return answer === undefined ? EXIT.interrupted : EXIT.refused;
}

/** Reads a SIM; undefined if it is named by its ICCID and the caller may not read it. Errors: Refused, Unreachable. */
async function readSim({ gateway }: Session, key: string): Promise<SimNow | undefined> {
  try {
    const { data, errors } = await gateway.ask<{ simsByRef: (SimNow | null)[] }>(SIM_STATES, {
      refs: [simRef(key)],
    });
    const [sim] = data.simsByRef;
    if (sim) return sim;
    throw new Refused(
      errors[0] ?? { message: 'There is no such SIM.', extensions: { code: 'SIM_NOT_FOUND' } },
    );
  } catch (error) {
    if (error instanceof Refused && error.requiredScopes.includes('READ') && isIccid(key)) return undefined;
    throw error;
  }
}
