import { expect, test } from '@jest/globals';
import { safeJson, safeText, withoutSecrets } from '../../../src/terminal/safe-text.ts';

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

test.each([
  ["option '--url <url>' argument 'https://me:SECRET@host/' is invalid", "'…@host/' is invalid"],
  ["option '--url <url>' value 'me:SECRET@host' from env 'SIM_GATEWAY_URL'", "value '…@host' from env"],
  ["value 'https://me:SECRET/@\u2028SECRET@host' from env 'SIM_GATEWAY_URL'", "'https://…@host' from env"],
  [
    "unknown option '--admin-token=SECRET'\n(Did you mean --admin-token-file?)",
    "'--admin-token=…'\n(Did you",
  ],
  ["unknown option '--token=SE'CR=ET\nSECRET'", "'--token=…'"],
])('a message of wrong usage has no secret: %j', (message, part) => {
  const shown = withoutSecrets(message);
  expect(shown).toContain(part);
  expect(shown).not.toMatch(/SECRET|CR=ET/);
});
