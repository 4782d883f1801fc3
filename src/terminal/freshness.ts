import type { Line } from './screen.ts';
import { type Session, sayError } from './session.ts';
import { duration, moment } from './words.ts';

/** Freshness of an answer from the fleet index. */
export interface Freshness {
  /** RFC 3339; nothing in the answer is older. */
  readonly asOf: string;
  /** False during the first full sync: SIMs may be missing. */
  readonly isComplete: boolean;
}

const OLD_AFTER_MS = 5 * 60_000;

/** A warning if an answer is incomplete or older than 5 minutes; otherwise undefined. */
export function freshnessWarning({ asOf, isComplete }: Freshness, now = new Date()): string | undefined {
  if (!isComplete) return 'The first full sync of the fleet has not ended: SIMs are missing here.';
  const at = new Date(asOf);
  const ageMs = now.getTime() - at.getTime();
  if (ageMs <= OLD_AFTER_MS) return undefined;
  return `This may be ${duration(ageMs / 1000)} old: the gateway has not read the whole fleet since ${moment(at)}.`;
}

/** Prints the warning, if there is one. An incomplete answer is an error. */
export function reportFreshness(session: Session, freshness: Freshness): void {
  const warning = freshnessWarning(freshness);
  if (warning === undefined) return;
  const line: Line = [{ text: warning, style: 'warn' }];
  if (freshness.isComplete) session.screen.say(line);
  else sayError(session, { code: 'FLEET_INCOMPLETE', message: warning, retryable: true }, line);
}
