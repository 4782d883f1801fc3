import { doneSims, type Operation, simsInTransition } from './operation.ts';
import type { Span } from './screen.ts';
import { count, duration } from './words.ts';

const MIN_BAR = 10;
const MAX_BAR = 40;
const GAP = '  ';

/** Percentage of SIMs done, rounded down: 100 only if all are done, 0 while the operation is being prepared. */
function percentDone(operation: Operation): number {
  return operation.total === 0 ? 0 : Math.min(100, Math.floor((doneSims(operation) * 100) / operation.total));
}

interface Part {
  /** The part with the least worth is left out first. */
  readonly worth: number;
  spans: readonly Span[];
}

/**
 * The progress in lines of at most `columns` columns: a bar (`=` done, `-` in transition), percentage, number of SIMs, time left, and the
 * counts, which add up to the number of SIMs. One line if it has room for all, otherwise the counts are below the bar, without zeros.
 */
export function progressLines(
  operation: Operation,
  secondsLeft: number | undefined,
  columns: number,
): Span[][] {
  const counts = countsOf(operation).map((span) => ({ worth: 4, spans: [span] }));
  const bar: Part = { worth: 5, spans: [{ text: `[]${' '.repeat(MIN_BAR)}` }] };
  const start: Part[] = [
    { worth: 6, spans: [{ text: operation.action, style: 'bold' }] },
    bar,
    { worth: 10, spans: [{ text: `${percentDone(operation)}%` }] },
    { worth: 9, spans: [{ text: `${count(doneSims(operation))}/${count(operation.total)}` }] },
  ];
  const end =
    secondsLeft === undefined ? [] : [{ worth: 7, spans: [{ text: `${duration(secondsLeft)} left` }] }];
  const all = [...start, ...counts, ...end];
  if (widthOf(all) <= columns) return [drawn(operation, bar, all, columns)];
  const below = countsOf(operation).filter(({ text }) => !text.startsWith('0 '));
  return [
    drawn(operation, bar, partsWithin([...start, ...end], columns), columns),
    ...flowing(below, columns),
  ];
}

/** The parts that fit, in their order. */
function partsWithin(parts: readonly Part[], columns: number): Part[] {
  const shown = [...parts];
  while (shown.length > 1 && widthOf(shown) > columns) {
    const lowest = shown.reduce((one, other) => (other.worth < one.worth ? other : one));
    shown.splice(shown.indexOf(lowest), 1);
  }
  return shown;
}

function widthOf(parts: readonly Part[]): number {
  const texts = parts.flatMap(({ spans }) => spans.map(({ text }) => text.length));
  return texts.reduce((sum, width) => sum + width, GAP.length * (parts.length - 1));
}

function drawn(operation: Operation, bar: Part, parts: readonly Part[], columns: number): Span[] {
  const room = columns - widthOf(parts);
  if (parts.includes(bar)) bar.spans = drawBar(operation, Math.min(MAX_BAR, MIN_BAR + room));
  return parts.flatMap(({ spans }, index) => (index === 0 ? spans : [{ text: GAP }, ...spans]));
}

/** Puts the spans in as few lines as they need. */
function flowing(spans: readonly Span[], columns: number): Span[][] {
  const lines: Span[][] = [];
  let room = 0;
  for (const { text, ...rest } of spans) {
    const line = lines.at(-1);
    if (line !== undefined && room >= GAP.length + text.length) line.push({ text: GAP }, { text, ...rest });
    else lines.push([{ text: text.slice(0, columns), ...rest }]);
    room = line === lines.at(-1) ? room - GAP.length - text.length : columns - text.length;
  }
  return lines;
}

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
  const counts = countsOf(operation).map(({ text }) => text);
  const left = secondsLeft === undefined ? '' : `; about ${duration(secondsLeft)} left`;
  return `${status} ${percentDone(operation)}%, ${count(doneSims(operation))} of ${count(total)}: ${counts.join(', ')}${left}`;
}

/** The counts, which add up to the number of SIMs. `succeeded` are those that have reached their state. */
function countsOf(operation: Operation): Span[] {
  const { total, succeeded, failed, unknown, notSent } = operation;
  const settling = simsInTransition(operation);
  const span = (number: number, name: string, style?: Span['style']): Span => ({
    text: `${count(number)} ${name}`,
    ...(number > 0 && style && { style }),
  });
  return [
    span(succeeded - settling, 'succeeded', 'good'),
    span(failed, 'failed', 'bad'),
    span(unknown, 'unknown', 'warn'),
    span(notSent, 'not sent', 'warn'),
    span(settling, 'settling'),
    span(Math.max(0, total - succeeded - failed - unknown - notSent), 'waiting'),
  ];
}
