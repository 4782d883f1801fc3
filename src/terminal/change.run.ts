import { previewOrder } from './bulk.preview.ts';
import { reportNotStarted } from './bulk.start.ts';
import { confirmChange } from './change.confirm.ts';
import { type ChangeResult, printResult } from './change.result.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type Answer, Refused } from './gateway.ts';
import { whileInterruptible } from './interrupts.ts';
import { simChange } from './requests.ts';
import { FINAL_CODES, mayHaveStarted, reportUnknown, WITH_RETRIES } from './sending.ts';
import { reportErrors, reportFailure, type Session } from './session.ts';
import type { ChangeOptions, SimChange, SimOrder } from './sim-changes.ts';
import { simRef } from './sim-list.ts';
import { followSims } from './watch-sims.ts';

/** Refusals of a command that is wrong itself. */
const WRONG = new Set(['BAD_USER_INPUT', 'IDEMPOTENCY_CONFLICT']);
const POLL_SECONDS = 2;
/** The values whose names differ in the input of a mutation for one SIM. */
const FIELDS: Readonly<Record<string, string>> = {
  dataLimit: 'limit',
  imeiLocked: 'locked',
  profileAction: 'action',
};

/** Changes one SIM and prints the outcome. Errors: Refused, Unreachable, WrongUsage. */
export async function changeSim(
  session: Session,
  change: SimChange,
  order: SimOrder,
  options: ChangeOptions,
): Promise<ExitCode> {
  if (options.dryRun) return preview(session, order);
  const confirmed = await confirmChange(session, order, options);
  if (typeof confirmed === 'number') return confirmed;
  let sent: ChangeResult;
  try {
    sent = await send(session, change, order, confirmed);
  } catch (error) {
    return reportNotMade(session, order, error);
  }
  const isFollowed = order.waitUntilSettled && sent.outcome === 'SUCCEEDED';
  let result = sent;
  try {
    if (isFollowed) result = await followTransition(session, change, order, sent);
  } catch (error) {
    await printResult(session, change, order, sent);
    reportFailure(session, error);
    return EXIT.notAll;
  }
  await printResult(session, change, order, result);
  return result.outcome === 'SUCCEEDED' ? EXIT.succeeded : EXIT.notAll;
}

async function preview(session: Session, order: SimOrder): Promise<ExitCode> {
  try {
    await previewOrder(session, order);
    return EXIT.succeeded;
  } catch (error) {
    return reportNotStarted(session, error);
  }
}

/** Sends a change, repeatedly with the same key if there is no answer. Errors: Refused, if that is not about the SIM; Unreachable. */
async function send(
  session: Session,
  change: SimChange,
  { params = {}, target, idempotencyKey, waitUntilSettled }: SimOrder,
  confirmIccid: string | undefined,
): Promise<ChangeResult> {
  const { gateway, screen } = session;
  const sim = simRef(target.list);
  const input = {
    ...(change.takesList ? { sims: [sim] } : { sim }),
    ...Object.fromEntries(Object.entries(params).map(([name, value]) => [FIELDS[name] ?? name, value])),
    ...(confirmIccid !== undefined && { confirmIccid }),
    idempotencyKey,
  };
  const ask = (withSim: boolean, mayHaveArrived = false): Promise<Answer<{ change: Changed }>> =>
    gateway.ask(simChange(change), { input, withSim }, { ...WITH_RETRIES, mayHaveArrived });
  const leave = () => {
    screen.say(howToFindOut(idempotencyKey));
    process.exit(EXIT.interrupted);
  };
  try {
    const { data, errors } = await whileInterruptible(leave, () =>
      ask(true).catch((error: unknown) => {
        const lacksRead = error instanceof Refused && error.requiredScopes.includes('READ');
        if (lacksRead && !waitUntilSettled) return ask(false, error.mayHaveArrived);
        throw error;
      }),
    );
    reportErrors(session, errors);
    return 'results' in data.change ? data.change.results[0] : data.change;
  } catch (error) {
    const isAboutSim = error instanceof Refused && FINAL_CODES.has(error.code) && !WRONG.has(error.code);
    if (!isAboutSim) throw error;
    const { code, message, isRetryable: retryable } = error;
    return { iccid: null, outcome: 'FAILED', error: { code, message, retryable, simApi: error.simApi } };
  }
}

type Changed = ChangeResult | { readonly results: readonly [ChangeResult] };

function reportNotMade(session: Session, { idempotencyKey }: SimOrder, error: unknown): ExitCode {
  if (mayHaveStarted(error))
    return reportUnknown(session, error, idempotencyKey, howToFindOut(idempotencyKey));
  const code = reportFailure(session, error);
  return error instanceof Refused && WRONG.has(error.code) ? EXIT.refused : code;
}

const howToFindOut = (key: string) =>
  `The change may have been made. Run the same command with --idempotency-key ${key} to find out; it is made at most once.`;

/** Follows a SIM until its transition has ended. Errors: Refused, Unreachable. */
async function followTransition(
  session: Session,
  { to }: SimChange,
  { target }: SimOrder,
  sent: ChangeResult,
): Promise<ChangeResult> {
  const { screen } = session;
  if (sent.sim?.pendingState === null) return sent;
  const key = sent.iccid ?? target.list;
  screen.say(`Accepted: ${key} is in transition to ${to}. Ctrl-C does not stop the transition.`);
  const silent = { sim: async () => {}, trouble: async () => {} };
  const [seen] = await followSims(session, [key], POLL_SECONDS, silent, { isFirstPollRetried: true });
  if (seen?.trouble !== undefined) throw seen.trouble;
  const sim = seen?.sim ?? null;
  if (sim === null || sim.pendingState !== null || sim.state === to) return { ...sent, sim };
  const message = `The SIM settled in ${sim.state}.`;
  return {
    ...sent,
    sim,
    outcome: 'FAILED',
    error: { code: 'STATE_NOT_REACHED', message, retryable: false, simApi: null },
  };
}
