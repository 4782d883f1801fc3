import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { plantTree, type Tree } from './tree.ts';

const released = readFileSync(join(__dirname, '..', '..', 'schema', 'released.graphql'), 'utf8');

let tree: Tree | undefined;
afterEach(() => tree?.remove());

/** Runs the check with a schema in which a text of the released schema is replaced. */
function check(text: string, replacement: string, ...args: string[]) {
  if (!released.includes(text)) throw new Error(`the released schema has no ${text}`);
  const schema = released.replaceAll(text, replacement);
  tree = plantTree({ 'schema/released.graphql': released, 'schema/schema.graphql': schema }, []);
  return tree.run('scripts/schema-changes.mjs', ...args);
}

describe('the check of the schema against the released one', () => {
  test.each([
    ['a field that is gone', '  isEsim: Boolean\n', '  isESim: Boolean\n', 'FIELD_REMOVED: SimFilter.isEsim'],
    ['a type that is gone', 'MarkAlertsReadPayload', 'MarkedPayload', 'TYPE_REMOVED'],
    ['an output that may be null now', 'totalCount: Int!', 'totalCount: Int', 'FIELD_CHANGED_KIND'],
    ['an argument of another type', 'unreadOnly: Boolean! = false', 'unreadOnly: Int! = 0', 'ARG_CHANGED'],
    ['another default value', 'first: Int = 20', 'first: Int = 30', 'ARG_DEFAULT_VALUE_CHANGE'],
    ['another default value of an input field', '= ICCID', '= NAME', 'INPUT_FIELD_DEFAULT_VALUE_CHANGE'],
    ['an input that is not @oneOf any more', 'input SimRef @oneOf', 'input SimRef', 'ONE_OF_CHANGED: SimRef'],
    ['a required field in an input', '  isEsim: Boolean\n', '  isEsim: Boolean\n  color: String!\n', 'color'],
    ['an enum value that is gone', '  SHIPPING\n', '  SHIPPED\n', 'VALUE_REMOVED_FROM_ENUM: SHIPPING'],
  ])('refuses %s', async (_, text, replacement, words) => {
    const { code, output } = await check(text, replacement);
    expect(output).toContain(words);
    expect(code).toBe(1);
  });

  test.each([
    ['nothing', 'x', 'x', '0 additions'],
    ['a field', '  totalCount: Int!\n', '  totalCount: Int!\n  color: String!\n', '.color'],
    [
      'an optional input field',
      '  isEsim: Boolean\n',
      '  isEsim: Boolean\n  color: String\n',
      'SimFilter.color',
    ],
    ['an optional argument', 'filter: SimFilter\n', 'filter: SimFilter\n    color: String\n', '(color)'],
    ['an enum value', '  SHIPPING\n', '  SHIPPING\n\n  LOST\n', 'SimState.LOST'],
    ['other words', 'Opaque and stable.', 'Stable and opaque.', '0 additions'],
  ])('accepts the addition of %s', async (_, text, replacement, words) => {
    const { code, output } = await check(text, replacement);
    expect(output).toContain('0 changes break');
    expect(output).toContain(words);
    expect(code).toBe(0);
  });

  test('makes the schema the released one only if every change is an addition', async () => {
    const removed = await check('  isEsim: Boolean\n', '  isESim: Boolean\n', '--release');
    expect([removed.code, tree?.read('schema/released.graphql')]).toEqual([1, released]);
    tree?.remove();
    const added = await check('  isEsim: Boolean\n', '  isEsim: Boolean\n  color: String\n', '--release');
    expect([added.code, tree?.read('schema/released.graphql')]).toEqual([
      0,
      tree?.read('schema/schema.graphql'),
    ]);
  });
});
