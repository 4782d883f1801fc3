import { setTimeout as pause } from 'node:timers/promises';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type Answer, type GatewayError, Refused, Unreachable } from './gateway.ts';
import { SIM_STATES } from './requests.ts';
import type { Session } from './session.ts';
import { simRef } from './sim-list.ts';
import { moment, simCount } from './words.ts';

interface SimNow {
  readonly iccid: string;
  readonly name: string | null;
  readonly state: string;
  readonly pendingState: string | null;
}

/** The last known state of a SIM, or why it cannot be read. */
interface Seen {
  readonly key: string;
  sim?: SimNow;
  /** The code of the last error of this SIM. */
  trouble?: string;
  isGone: boolean;
}

/** Prints the state of each SIM and a line for each change, until none is in transition or the result can no longer be written. */
export async function watchSims(
  session: Session,
  keys: readonly string[],
  everySeconds: number,
): Promise<ExitCode> {
  const { screen } = session;
  const all: Seen[] = keys.map((key) => ({ key, isGone: false }));
  let isLost = false;
  for (let polls = 0; ; polls += 1) {
    try {
      await poll(session, all);
      if (isLost) screen.say('The gateway answers again.');
      isLost = false;
    } catch (error) {
      const mayPass = error instanceof Unreachable || (error instanceof Refused && error.isRetryable);
      if (polls === 0 || !mayPass) throw error;
      if (!isLost) screen.say(`The gateway does not answer (${(error as Error).message}). Retrying.`);
      isLost = true;
    }
    const open = all.filter(isOpen);
    if (open.length === 0) break;
    if (screen.isResultLost()) return EXIT.interrupted;
    screen.show(`${simCount(open.length)} in transition`);
    await pause(everySeconds * 1000);
  }
  screen.clear();
  return all.some(({ isGone }) => isGone) ? EXIT.notAll : EXIT.succeeded;
}

const isOpen = ({ sim, isGone }: Seen) => !isGone && (sim === undefined || sim.pendingState !== null);

async function poll(session: Session, all: readonly Seen[]): Promise<void> {
  const open = all.filter(isOpen);
  const refs = open.map(({ key }) => simRef(key));
  const { data, errors } = await ask(session, refs);
  for (const [index, seen] of open.entries()) {
    const sim = data.simsByRef[index];
    const error = errors.find(({ path }) => path?.[1] === index);
    if (sim) await reportSim(session, seen, sim);
    else await reportTrouble(session, seen, error);
  }
}

function ask(
  { gateway }: Session,
  refs: readonly object[],
): Promise<Answer<{ simsByRef: (SimNow | null)[] }>> {
  return gateway.ask(SIM_STATES, { refs });
}

async function reportSim({ screen, isJson }: Session, seen: Seen, sim: SimNow): Promise<void> {
  const before = seen.sim;
  seen.sim = sim;
  delete seen.trouble;
  if (before?.state === sim.state && before.pendingState === sim.pendingState) return;
  const at = new Date();
  if (isJson) {
    const { iccid, name, state, pendingState } = sim;
    const previousState = before?.state ?? null;
    await screen.printJson({ at: at.toISOString(), iccid, name, previousState, state, pendingState });
    return;
  }
  const past = before === undefined ? '' : `${stateOf(before)} -> `;
  await screen.print([
    { text: `${moment(at)}  ${sim.iccid}  ${past}` },
    { text: stateOf(sim), style: sim.pendingState === null ? 'good' : 'warn' },
    { text: sim.name ? `  ${sim.name}` : '' },
  ]);
}

/** While a SIM is in transition, `state` is already the target state. */
const stateOf = ({ state, pendingState }: SimNow) =>
  pendingState === null ? state : `in transition to ${pendingState}`;

async function reportTrouble(
  { screen, isJson }: Session,
  seen: Seen,
  error: GatewayError | undefined,
): Promise<void> {
  const refused = new Refused(error ?? { message: 'The SIM was not in the answer.' });
  seen.isGone = !refused.isRetryable;
  if (seen.trouble === refused.code) return;
  seen.trouble = refused.code;
  const at = new Date();
  if (isJson) {
    const { code, message } = refused;
    await screen.printJson({ at: at.toISOString(), key: seen.key, error: { code, message } });
    return;
  }
  await screen.print([
    { text: `${moment(at)}  ${seen.key}  ` },
    { text: refused.code, style: 'bad' },
    { text: `: ${refused.message}` },
  ]);
}
