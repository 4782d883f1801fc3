import { doneSims, type Operation, simsInTransition } from './operation.ts';
import type { Span } from './screen.ts';
import { count, duration } from './words.ts';

const MIN_BAR = 10;
const MAX_BAR = 40;
const GAP = '  ';
const WINDOW_MS = 30_000;
const SOON_MS = 3000;

/** Estimates the remaining time of an operation from the number of SIMs done in the last 30 s. */
export class TimeLeft {
  readonly #seen: { readonly atMs: number; readonly doneCount: number }[] = [];

  /** Records the progress; `atMs` is a time of any monotonic clock. */
  note(atMs: number, operation: Operation): void {
    this.#seen.push({ atMs, doneCount: doneSims(operation) });
    while (this.#seen.length > 2 && atMs - (this.#seen[1]?.atMs ?? atMs) >= WINDOW_MS) this.#seen.shift();
  }

  /** Remaining seconds; undefined if there is no basis for an estimate. */
  seconds(operation: Operation): number | undefined {
    const first = this.#seen[0];
    const last = this.#seen.at(-1);
    if (first === undefined || last === undefined || last.atMs - first.atMs < SOON_MS) return undefined;
    const perSecond = ((last.doneCount - first.doneCount) * 1000) / (last.atMs - first.atMs);
    const left = operation.total - doneSims(operation);
    return perSecond > 0 && left > 0 ? left / perSecond : undefined;
  }
}

/** Percentage of SIMs done, rounded down: 100 only if all are done, 0 while the operation is being prepared. */
function percentDone(operation: Operation): number {
  return operation.total === 0 ? 0 : Math.min(100, Math.floor((doneSims(operation) * 100) / operation.total));
}

/**
 * The progress in one line of at most `columns` columns: a bar (`=` done, `-` in transition), percentage, number of SIMs, outcomes, time
 * left. If the line is too long, whole parts are left out, in ascending order of `worth`: outcomes of no SIM first, the percentage last.
 */
export function barLine(operation: Operation, secondsLeft: number | undefined, columns: number): Span[] {
  const bar: Part = { worth: 5, spans: [{ text: `[]${' '.repeat(MIN_BAR)}` }] };
  const percent: Part = { worth: 10, spans: [{ text: `${percentDone(operation)}%` }] };
  const done = `${count(doneSims(operation))}/${count(operation.total)}`;
  const parts: Part[] = [
    { worth: 3, spans: [{ text: operation.action, style: 'bold' }] },
    bar,
    percent,
    { worth: 9, spans: [{ text: done }] },
    ...outcomes(operation),
    ...(secondsLeft === undefined ? [] : [{ worth: 7, spans: [{ text: `${duration(secondsLeft)} left` }] }]),
  ];
  let room = columns;
  const shown = new Set<Part>();
  for (const part of [...parts].sort((one, other) => other.worth - one.worth)) {
    const width = widthOf(part) + (shown.size === 0 ? 0 : GAP.length);
    if (width > room) break;
    shown.add(part);
    room -= width;
  }
  if (shown.has(bar)) bar.spans = drawBar(operation, Math.min(MAX_BAR, MIN_BAR + room));
  return parts
    .filter((part) => shown.has(part))
    .flatMap(({ spans }, index) => (index === 0 ? spans : [{ text: GAP }, ...spans]));
}

interface Part {
  /** The part with the least worth is left out first. */
  readonly worth: number;
  spans: readonly Span[];
}

const widthOf = ({ spans }: Part) => spans.reduce((width, { text }) => width + text.length, 0);

function drawBar(operation: Operation, width: number): Span[] {
  const { total } = operation;
  const cells = (sims: number) => (total === 0 ? 0 : Math.min(width, Math.floor((sims * width) / total)));
  const doneCount = cells(doneSims(operation));
  const reached = Math.max(doneCount, cells(doneSims(operation) + simsInTransition(operation)));
  return [
    { text: '[' },
    { text: '='.repeat(doneCount), style: 'good' },
    { text: '-'.repeat(reached - doneCount), style: 'warn' },
    { text: `${' '.repeat(width - reached)}]` },
  ];
}

/** The progress as a plain line of text. */
export function progressSentence(operation: Operation, secondsLeft: number | undefined): string {
  const { total, status } = operation;
  const labels = outcomes(operation).map(({ spans }) => spans[0]?.text);
  const left = secondsLeft === undefined ? '' : `; about ${duration(secondsLeft)} left`;
  return `${status} ${percentDone(operation)}%, ${count(doneSims(operation))} of ${count(total)}: ${labels.join(', ')}${left}`;
}

function outcomes({ succeeded, failed, unknown, notSent, settling }: Operation): Part[] {
  const part = (number: number, name: string, worth: number, style: Span['style']): Part => ({
    worth: number > 0 ? worth : 1,
    spans: [{ text: `${count(number)} ${name}`, ...(number > 0 && style && { style }) }],
  });
  return [
    part(succeeded, 'succeeded', 4, 'good'),
    part(failed, 'failed', 8, 'bad'),
    part(unknown, 'unknown', 7.5, 'warn'),
    part(notSent, 'not sent', 6, 'warn'),
    part(settling, 'settling', 2, undefined),
  ];
}
