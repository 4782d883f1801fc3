import { describe, expect, test } from '@jest/globals';
import { groupId, special } from '../../support/fleet.ts';
import { standingClock } from '../../support/months.ts';
import { ErrorCatalogDocument } from '../../support/operations.ts';
import { describeAccount, type Running } from '../../support/running.ts';

export function errorCatalogTests(running: Running): void {
  describeAccount('the catalog of errors', running, { sims: 20, clock: standingClock }, () => {
    describe('errorCatalog', () => {
      test('has every existing code once, with the code of the SIM API', async () => {
        const { data, errors } = await running.gateway.run(ErrorCatalogDocument);
        expect(errors).toEqual([]);
        const schema = await running.gateway.ask<{
          __type: { enumValues: { name: string; description: string }[] };
        }>('{ __type(name: "ErrorCode") { enumValues(includeDeprecated: true) { name description } } }');
        const { enumValues } = schema.data.__type;
        expect(data.errorCatalog?.map(({ code }) => code)).toEqual(enumValues.map(({ name }) => name));
        for (const { simApiCode, description } of data.errorCatalog ?? [])
          expect(enumValues.map((value) => value.description)).toContain(
            simApiCode === null ? description : `${simApiCode}: ${description}`,
          );
        const simApiCodes = data.errorCatalog?.flatMap(({ simApiCode }) => simApiCode ?? []);
        expect(simApiCodes).toEqual([
          'E000',
          'E002',
          'E003',
          'E101',
          'E102',
          'E103',
          'E201',
          'E202',
          'E203',
          'E210',
          'E211',
          'E220',
          'E230',
          'E240',
        ]);
        expect((await running.world.calls()).total).toBe(0);
      });

      test('has the same values for each error as the error itself', async () => {
        const { data } = await running.gateway.run(ErrorCatalogDocument);
        const catalog = new Map<string, { retryable: boolean }>(
          data.errorCatalog?.map((row) => [row.code, row]),
        );
        for (const ask of [
          '{ sims(first: 0) { totalCount } }',
          '{ sims(first: 1) { } }',
          '{ nothing }',
          `{ node(id: "${groupId('Nobody')}") { id } }`,
          `{ sim(by: { iccid: "${special.E000}" }) { diagnostics { imei } } }`,
          `{ sim(by: { iccid: "${special.E002}" }) { name } }`,
        ]) {
          const { errors } = await running.gateway.ask(ask);
          const { code = '', retryable } = errors[0]?.extensions ?? {};
          expect([code, catalog.get(code)?.retryable]).toEqual([code, retryable]);
        }
      });
    });
  });
}
