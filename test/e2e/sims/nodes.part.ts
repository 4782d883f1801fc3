import { describe, expect, test } from '@jest/globals';
import { groupId, simId, special } from '../../support/fleet.ts';
import { standingClock } from '../../support/months.ts';
import { NodesDocument } from '../../support/operations.ts';
import { describeAccount, type Running } from '../../support/running.ts';

export function nodeTests(running: Running): void {
  describeAccount('nodes', running, { sims: 40, clock: standingClock }, () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64url');
    const codes = (errors: { path?: (string | number)[]; extensions: { code: string } }[]) =>
      errors.map(({ path, extensions }) => [path?.at(-1), extensions.code]);

    /** Texts that are not global ids, although some of them resemble one. */
    const malformed = [
      '',
      'nonsense',
      '12345',
      special.E210,
      base64('Sim:'),
      base64('Sim:12345'),
      base64(`Sim:${special.E210}x`),
      base64(`sim:${special.E210}`),
      base64(`Account:${special.E210}`),
      base64('SimGroup:'),
      Buffer.from(`Sim:${special.E210}`).toString('base64').replace(/=*$/, '=='),
      `${simId(special.E210)} `,
      `${simId(special.E210)}\u0000`,
    ];

    describe('nodes', () => {
      test('are SIMs and groups by their ids, in the requested order', async () => {
        const { world, gateway } = running;
        const [sim] = await world.sims({ limit: 1 });
        const ids = [
          groupId('Meters'),
          simId(special.E210),
          simId(sim?.iccid ?? ''),
          groupId('Meters'),
          simId(special.E210),
        ];
        const { data, errors } = await gateway.run(NodesDocument, { ids });
        expect(errors).toEqual([]);
        expect(data.nodes?.map((node) => node?.id)).toEqual(ids);
        expect(data.nodes).toMatchObject([
          { __typename: 'SimGroup' },
          { __typename: 'Sim', iccid: special.E210 },
          { __typename: 'Sim', iccid: sim?.iccid },
          { __typename: 'SimGroup' },
          { __typename: 'Sim', iccid: special.E210 },
        ]);
        expect((await world.calls()).byPath).toEqual({ '/get_sims': 1, '/get_account_groups': 1 });
      });

      test('that do not exist are null at their position, each with its own error', async () => {
        const ids = [
          simId(special.E002),
          simId(special.E210),
          groupId('Nobody'),
          'nonsense',
          groupId('Meters'),
        ];
        const { data, errors } = await running.gateway.run(NodesDocument, { ids });
        expect(data.nodes?.map((node) => node?.id ?? null)).toEqual([null, ids[1], null, null, ids[4]]);
        expect(codes(errors)).toEqual([
          [0, 'SIM_NOT_FOUND'],
          [2, 'NOT_FOUND'],
          [3, 'BAD_USER_INPUT'],
        ]);
      });

      test.each(malformed)('with a text that is not an id are refused without a call: "%s"', async (id) => {
        const { data, errors } = await running.gateway.ask(
          'query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }',
          { id },
        );
        expect(data).toEqual({ node: null, nodes: [null] });
        expect(codes(errors)).toEqual(
          expect.arrayContaining([
            ['node', 'BAD_USER_INPUT'],
            [0, 'BAD_USER_INPUT'],
          ]),
        );
        expect((await running.world.calls()).total).toBe(0);
      });

      test('are at most 1000: 1001 are refused before any call, and none is an empty list', async () => {
        const iccids = (await running.world.sims({ limit: 40 })).map(({ iccid }) => iccid);
        const ids = Array.from({ length: 1001 }, (_, index) => simId(iccids[index % 40] ?? ''));
        const { data } = await running.gateway.run(NodesDocument, { ids: ids.slice(1) });
        expect(data.nodes?.map((node) => node?.id)).toEqual(ids.slice(1));
        await running.world.clearCalls();
        const refused = await running.gateway.run(NodesDocument, { ids });
        expect(refused.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
        const none = await running.gateway.run(NodesDocument, { ids: [] });
        expect(none.data).toEqual({ nodes: [] });
        expect((await running.world.calls()).total).toBe(0);
      });

      test('of groups that cannot be read are null, and the SIMs are not', async () => {
        await running.world.addFaults({ path: '/get_account_groups', kind: 'error', code: 'E003' });
        const { data, errors } = await running.gateway.run(NodesDocument, {
          ids: [groupId('Meters'), simId(special.E210)],
        });
        expect(data.nodes).toMatchObject([null, { iccid: special.E210 }]);
        expect(codes(errors)).toEqual([[0, 'FEATURE_NOT_ENABLED']]);
      });
    });
  });
}
