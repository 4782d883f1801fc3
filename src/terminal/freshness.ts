import { duration, moment } from './words.ts';

/** How well the gateway knew the fleet when it answered. */
export interface Freshness {
  /** Nothing in the answer is older. */
  readonly asOf: string;
  /** False: SIMs may be missing. */
  readonly isComplete: boolean;
}

const OLD_AFTER_MS = 5 * 60_000;

/** What a person should know of the age of an answer; undefined where it is whole and young. */
export function freshnessWarning({ asOf, isComplete }: Freshness, now = new Date()): string | undefined {
  if (!isComplete) return 'The gateway reads the fleet for the first time just now: SIMs are missing here.';
  const at = new Date(asOf);
  const ageMs = now.getTime() - at.getTime();
  if (ageMs <= OLD_AFTER_MS) return undefined;
  return `This may be ${duration(ageMs / 1000)} old: the gateway has not read the whole fleet since ${moment(at)}.`;
}
