import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Operation } from '../../../src/terminal/operation.ts';
import { barLine, progressSentence, TimeLeft } from '../../../src/terminal/progress.ts';

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

const textOf = (operation: Operation, columns: number, secondsLeft?: number) =>
  barLine(operation, secondsLeft, columns)
    .map(({ text }) => text)
    .join('');

describe('the bar', () => {
  test('shows the action, the progress, the number of SIMs, every outcome and the time left', () => {
    expect(textOf(HALF, 150, 133)).toBe(
      `SUSPEND  [${'='.repeat(16)}${'-'.repeat(3)}${' '.repeat(14)}]  50%  10,000/20,000  11,950 succeeded  40 failed  10 unknown  0 not sent  2,000 settling  2 min 13 s left`,
    );
  });

  test('grows with the terminal, up to 40 cells', () => {
    const cells = (columns: number) => (/\[(.*)\]/.exec(textOf(HALF, columns, 133))?.[1] ?? '').length;
    expect([cells(140), cells(500)]).toEqual([23, 40]);
  });

  test('leaves out the least important parts in a narrow terminal; failures are among the last', () => {
    expect(textOf(HALF, 80, 133)).toBe(
      `[${'='.repeat(9)}-${' '.repeat(8)}]  50%  10,000/20,000  40 failed  10 unknown  2 min 13 s left`,
    );
    expect(textOf(HALF, 40, 133)).toBe('50%  10,000/20,000  40 failed');
    expect(textOf(HALF, 20, 133)).toBe('50%  10,000/20,000');
    expect(textOf(HALF, 5, 133)).toBe('50%');
  });

  test.each([
    ['no SIM has an outcome', NONE, '0%'],
    ['one of 20,000 SIMs has no outcome', { ...NONE, succeeded: 19_999 }, '99%'],
    ['one SIM is still settling', { ...NONE, succeeded: 20_000, settling: 1 }, '99%'],
    ['all SIMs have an outcome', { ...NONE, succeeded: 19_000, failed: 1000 }, '100%'],
    ['the number of SIMs is not known yet', { ...NONE, total: 0 }, '0%'],
  ])('does not overstate the progress when %s', (_, operation, percent) => {
    expect(textOf(operation, 4)).toBe(percent);
  });

  test('is never wider than the terminal, for any numbers', () => {
    const counted = fc.nat({ max: 1_000_000 });
    const operations = fc.record({
      total: counted,
      succeeded: counted,
      failed: counted,
      unknown: counted,
      notSent: counted,
      settling: counted,
    });
    fc.assert(
      fc.property(
        operations,
        fc.integer({ min: 4, max: 300 }),
        fc.option(fc.nat(), { nil: undefined }),
        (counts, columns, secondsLeft) => {
          const text = textOf({ ...NONE, ...counts }, columns, secondsLeft);
          expect(text.length).toBeLessThanOrEqual(columns);
          expect(text).toMatch(/\d+%/);
        },
      ),
    );
  });
});

test('without a terminal the progress is a sentence', () => {
  expect(progressSentence(HALF, 133)).toBe(
    'RUNNING 50%, 10,000 of 20,000: 11,950 succeeded, 40 failed, 10 unknown, 0 not sent, 2,000 settling; about 2 min 13 s left',
  );
});

describe('the time left', () => {
  test('is undefined until there is enough data for an estimate', () => {
    const left = new TimeLeft();
    left.note(0, NONE);
    left.note(2000, { ...NONE, succeeded: 200 });
    expect(left.seconds({ ...NONE, succeeded: 200 })).toBeUndefined();
  });

  test('comes from the speed of the last half minute', () => {
    const left = new TimeLeft();
    left.note(0, NONE);
    left.note(10_000, { ...NONE, succeeded: 10_000 });
    expect(left.seconds({ ...NONE, succeeded: 10_000 })).toBe(10);
    for (let second = 11; second <= 50; second += 1) {
      left.note(second * 1000, { ...NONE, succeeded: 10_000 + (second - 10) * 10 });
    }
    expect(left.seconds({ ...NONE, succeeded: 10_400 })).toBe(960);
  });

  test('is undefined while there is no progress', () => {
    const left = new TimeLeft();
    for (let second = 0; second < 60; second += 1) left.note(second * 1000, HALF);
    expect(left.seconds(HALF)).toBeUndefined();
  });
});
