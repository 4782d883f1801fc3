import { EXIT, type ExitCode } from './exit-codes.ts';
import { follow } from './follow.ts';
import { Refused, Unreachable } from './gateway.ts';
import { hasEnded, isAllDone, type Operation } from './operation.ts';
import { reportFailure, type Session } from './session.ts';
import { printSummary } from './summary.ts';

/** Follows an operation to its end, prints a summary and returns the exit code. */
export async function followToExit(session: Session, started: Operation): Promise<ExitCode> {
  const { screen, isJson } = session;
  const back = `To follow it again: sim-gateway watch ${started.id}`;
  let ended: Operation;
  try {
    ended = await follow(session, started);
  } catch (error) {
    const code = reportFailure(session, error);
    screen.say(`The operation may still be running. ${back}`);
    return code;
  }
  if (!hasEnded(ended)) {
    if (isJson) await screen.printJson(ended);
    screen.say(`Detached: the operation continues in the gateway. ${back}`);
    return EXIT.interrupted;
  }
  const code = isAllDone(ended) ? EXIT.succeeded : EXIT.notAll;
  if (isJson) {
    await screen.printJson(ended);
    return code;
  }
  try {
    await printSummary(session, ended);
  } catch (error) {
    // The exit code is known; only the list of failures is missing.
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    reportFailure(session, error);
  }
  return code;
}
