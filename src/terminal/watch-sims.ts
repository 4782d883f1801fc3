import { setTimeout as pause } from 'node:timers/promises';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type Answer, type GatewayError, Refused, Unreachable } from './gateway.ts';
import { SIM_STATES } from './requests.ts';
import type { Session } from './session.ts';
import { simRef } from './sim-list.ts';
import { moment, simCount } from './words.ts';

/** The state of a SIM. */
export interface SimNow {
  readonly iccid: string;
  readonly name: string | null;
  readonly state: string;
  readonly pendingState: string | null;
  readonly offlineReason: string | null;
}

/** The last known state of a SIM, or why it cannot be read. */
export interface Seen {
  readonly key: string;
  sim?: SimNow;
  /** The last error of this SIM. */
  trouble?: Refused;
}

interface Reports {
  /** The first state of a SIM, or a change of its state; `before` is the state of the previous poll. */
  sim(sim: SimNow, before: SimNow | undefined): Promise<void>;
  /** A SIM cannot be read; not repeated for the same code. */
  trouble(key: string, refused: Refused): Promise<void>;
}

/** Prints the state of each SIM and a line for each change, until none is in transition or the result can no longer be written. */
export async function watchSims(
  session: Session,
  keys: readonly string[],
  everySeconds: number,
): Promise<ExitCode> {
  const all = await followSims(session, keys, everySeconds, {
    sim: (sim, before) => printSim(session, sim, before),
    trouble: (key, refused) => printTrouble(session, key, refused),
  });
  if (all.some(isOpen)) return EXIT.interrupted;
  return all.some(isGone) ? EXIT.notAll : EXIT.succeeded;
}

/**
 * Polls SIMs until none is in transition, or until the result can no longer be written. Errors: Refused and Unreachable of the first poll,
 * unless it is retried; later only Refused, if it is not retryable.
 */
export async function followSims(
  session: Session,
  keys: readonly string[],
  everySeconds: number,
  reports: Reports,
  { isFirstPollRetried = false } = {},
): Promise<readonly Seen[]> {
  const { screen } = session;
  const all: Seen[] = keys.map((key) => ({ key }));
  let isLost = false;
  for (let polls = 0; ; polls += 1) {
    try {
      await poll(session, all, reports);
      if (isLost) screen.say('The gateway answers again.');
      isLost = false;
    } catch (error) {
      const mayPass = error instanceof Unreachable || (error instanceof Refused && error.isRetryable);
      if (!mayPass || (polls === 0 && !isFirstPollRetried)) throw error;
      if (!isLost) screen.say(`The gateway does not answer (${(error as Error).message}). Retrying.`);
      isLost = true;
    }
    const open = all.filter(isOpen);
    if (open.length === 0 || screen.isResultLost()) break;
    screen.show([`${simCount(open.length)} in transition`]);
    await pause(everySeconds * 1000);
  }
  screen.clear();
  return all;
}

const isGone = ({ trouble }: Seen) => trouble !== undefined && !trouble.isRetryable;
const isOpen = (seen: Seen) => !isGone(seen) && seen.sim?.pendingState !== null;

async function poll(session: Session, all: readonly Seen[], reports: Reports): Promise<void> {
  const open = all.filter(isOpen);
  const refs = open.map(({ key }) => simRef(key));
  const { data, errors } = await ask(session, refs);
  for (const [index, seen] of open.entries()) {
    const sim = data.simsByRef[index];
    const error = errors.find(({ path }) => path?.[1] === index);
    if (sim) await reportSim(seen, sim, reports);
    else await reportTrouble(seen, error, reports);
  }
}

function ask(
  { gateway }: Session,
  refs: readonly object[],
): Promise<Answer<{ simsByRef: (SimNow | null)[] }>> {
  return gateway.ask(SIM_STATES, { refs });
}

async function reportSim(seen: Seen, sim: SimNow, reports: Reports): Promise<void> {
  const before = seen.sim;
  seen.sim = sim;
  delete seen.trouble;
  if (before?.state === sim.state && before.pendingState === sim.pendingState) return;
  await reports.sim(sim, before);
}

async function reportTrouble(seen: Seen, error: GatewayError | undefined, reports: Reports): Promise<void> {
  const before = seen.trouble;
  const refused = new Refused(error ?? { message: 'The SIM was not in the answer.' });
  seen.trouble = refused;
  if (before?.code !== refused.code) await reports.trouble(seen.key, refused);
}

async function printSim({ screen, isJson }: Session, sim: SimNow, before: SimNow | undefined): Promise<void> {
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

async function printTrouble(
  { screen, isJson }: Session,
  key: string,
  { code, message }: Refused,
): Promise<void> {
  const at = new Date();
  if (isJson) {
    await screen.printJson({ at: at.toISOString(), key, error: { code, message } });
    return;
  }
  await screen.print([
    { text: `${moment(at)}  ${key}  ` },
    { text: code, style: 'bad' },
    { text: `: ${message}` },
  ]);
}
