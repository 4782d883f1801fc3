import { expect, test } from '@jest/globals';
import { safeJson, safeText } from '../../../src/terminal/safe-text.ts';

test.each([
  ['\x1b[2Jgone', '\ufffd[2Jgone'],
  ['\x9b31mred', '\ufffd31mred'],
  ['bell\x07 \x7f', 'bell\ufffd \ufffd'],
  ['two\r\nlines\tand a tab', 'two  lines and a tab'],
  ['\u202ereversed', '\ufffdreversed'],
  ['\u2028next', '\ufffdnext'],
  ['half \ud83d a character', 'half \ufffd a character'],
])('%j is shown as %j', (text, shown) => {
  expect(safeText(text)).toBe(shown);
});

test('printable characters of any script are unchanged', () => {
  for (const text of ['Zürich №5', '守護者', '👩‍🔧 van', 'ქვე', 'a "b" \\c'])
    expect(safeText(text)).toBe(text);
});

test('JSON is lossless and has no terminal control characters', () => {
  const value = { name: '\x1b[2J\x9b1m\u202e\u2028\x7f\ud83d', list: ['👩‍🔧'] };
  const text = safeJson(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).toMatch(/^[\x20-\x7e👩🔧\u200d]+$/u);
});
