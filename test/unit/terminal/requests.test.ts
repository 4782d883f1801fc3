import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { isErrorCode } from '../../../src/errors/index.ts';
import * as requests from '../../../src/terminal/requests.ts';
import { FINAL_CODES } from '../../../src/terminal/sending.ts';
import { SIM_CHANGES } from '../../../src/terminal/sim-changes.ts';

const schema = buildSchema(readFileSync(join(__dirname, '../../../schema/schema.graphql'), 'utf8'));
const documents = [
  ...Object.entries(requests).filter(([, value]) => typeof value === 'string'),
  ...SIM_CHANGES.map((change) => [change.action, requests.simChange(change)]),
] as [string, string][];

test.each(documents)('the request of the CLI (%s) is valid in the public schema', (_, document) => {
  expect(validate(schema, parse(document)).map(({ message }) => message)).toEqual([]);
});

test('the codes after which a change was not made are codes of the gateway', () => {
  expect([...FINAL_CODES].filter((code) => !isErrorCode(code))).toEqual([]);
});
