import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Operation } from '../../../src/terminal/operation.ts';
import { progressLines, progressSentence } from '../../../src/terminal/progress.ts';

const NONE: Operation = {
  id: 'x',
  action: 'SUSPEND',
  status: 'RUNNING',
  total: 20_000,
  sent: 0,
  succeeded: 0,
  failed: 0,
  unknown: 0,
  notSent: 0,
  settling: 0,
  createdAt: '2026-11-23T08:00:00.000Z',
  finishedAt: null,
  error: null,
};

const HALF = { ...NONE, sent: 12_000, succeeded: 11_950, failed: 40, unknown: 10, settling: 2000 };

const linesOf = (operation: Operation, columns: number, secondsLeft?: number) =>
  progressLines(operation, secondsLeft, columns).map((spans) => spans.map(({ text }) => text).join(''));

describe('the progress', () => {
  test('is one line in a wide terminal: action, progress, number of SIMs, every count and the time left', () => {
    expect(linesOf(HALF, 150, 133)).toEqual([
      `SUSPEND  [${'='.repeat(9)}--${' '.repeat(8)}]  50%  10,000/20,000  9,950 succeeded  40 failed  10 unknown  0 not sent  2,000 settling  8,000 waiting  2 min 13 s left`,
    ]);
  });

  test('has the counts that are not zero below the bar in a narrow terminal', () => {
    expect(linesOf(HALF, 79, 133)).toEqual([
      `SUSPEND  [${'='.repeat(15)}${'-'.repeat(3)}${' '.repeat(13)}]  50%  10,000/20,000  2 min 13 s left`,
      '9,950 succeeded  40 failed  10 unknown  2,000 settling  8,000 waiting',
    ]);
    expect(linesOf(HALF, 40, 133)).toEqual([
      '50%  10,000/20,000  2 min 13 s left',
      '9,950 succeeded  40 failed  10 unknown',
      '2,000 settling  8,000 waiting',
    ]);
    expect(linesOf({ ...NONE, total: 0 }, 40)).toEqual([`SUSPEND  [${' '.repeat(20)}]  0%  0/0`]);
  });

  test('has a bar that grows with the terminal, up to 40 cells', () => {
    const cells = (columns: number) =>
      (/\[(.*)\]/.exec(linesOf(HALF, columns, 133)[0] ?? '')?.[1] ?? '').length;
    expect([cells(60), cells(79), cells(500)]).toEqual([12, 31, 40]);
  });

  test.each([
    ['no SIM has an outcome', NONE, '0%'],
    ['one of 20,000 SIMs has no outcome', { ...NONE, succeeded: 19_999 }, '99%'],
    ['one SIM is still settling', { ...NONE, succeeded: 20_000, settling: 1 }, '99%'],
    ['all SIMs have an outcome', { ...NONE, succeeded: 19_000, failed: 1000 }, '100%'],
    ['the number of SIMs is not known yet', { ...NONE, total: 0 }, '0%'],
  ])('is not overstated when %s', (_, operation, percent) => {
    expect(linesOf(operation, 4)[0]).toBe(percent);
  });

  const counted = fc.nat({ max: 200_000 });
  const operations = fc
    .record({
      succeeded: counted,
      failed: counted,
      unknown: counted,
      notSent: counted,
      waiting: counted,
      reached: fc.integer({ min: 0, max: 100 }),
    })
    .map(({ waiting, reached, ...counts }) => ({
      ...NONE,
      ...counts,
      settling: Math.floor((counts.succeeded * (100 - reached)) / 100),
      total: counts.succeeded + counts.failed + counts.unknown + counts.notSent + waiting,
    }));

  test('has counts that add up to the number of SIMs, and is never wider than the terminal', () => {
    fc.assert(
      fc.property(
        operations,
        fc.integer({ min: 25, max: 300 }),
        fc.option(fc.nat(), { nil: undefined }),
        (operation, columns, secondsLeft) => {
          const lines = linesOf(operation, columns, secondsLeft);
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
          expect(lines[0]).toMatch(/\d+%/);
          const text = `${lines.join('\n')}\n${progressSentence(operation, secondsLeft)}`;
          const counts = text.matchAll(/([\d,]+) (?:succeeded|failed|unknown|not sent|settling|waiting)/g);
          const sum = [...counts].reduce(
            (all, [, number = '']) => all + Number(number.replaceAll(',', '')),
            0,
          );
          expect(sum).toBe(2 * operation.total);
        },
      ),
    );
  });
});

test('without a terminal the progress is a sentence', () => {
  expect(progressSentence(HALF, 133)).toBe(
    'RUNNING 50%, 10,000 of 20,000: 9,950 succeeded, 40 failed, 10 unknown, 0 not sent, 2,000 settling, 8,000 waiting; about 2 min 13 s left',
  );
});
