import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runGateway } from '../support/running.ts';
import type { WireSim } from '../support/sandbox.ts';

type Ref = { iccid: string } | { eid: string } | { id: string };
type Found = { id: string; iccid: string; name: string | null; state: string; cost: object | null } | null;

const running = runGateway({ sims: 60, clock: { rate: 0 } });
let sims: WireSim[];
/** What each ref gives when it is asked for alone: the SIM, and the code of its error. */
const alone = new Map<string, { sim: Found; code: string | undefined }>();

const fields = 'id iccid eid name state rawState lastModifiedAt cost(nullIfMissing: true) { usedBytes }';
const nodeId = (iccid: string) => Buffer.from(`Sim:${iccid}`).toString('base64url');

/** Every way to name a SIM of the world, and some that name none. */
function refsOf(sim: WireSim): Ref[] {
  return [
    { iccid: sim.iccid },
    { id: nodeId(sim.iccid) },
    ...(sim.eid === undefined ? [] : [{ eid: sim.eid }]),
  ];
}
const strangers: Ref[] = [
  { iccid: '8937204999009999999' },
  { id: nodeId('8937204999009999999') },
  { eid: '89049032007200888000000000000000' },
  { id: 'bm9uc2Vuc2U' },
  { id: '' },
];
let refs: Ref[];

beforeAll(async () => {
  sims = await running.world.sims({ limit: 60 });
  refs = [...sims.flatMap(refsOf), ...strangers];
  for (const ref of refs) {
    const { data, errors } = await running.gateway.ask<{ sim: Found }>(
      `query ($by: SimRef!) { sim(by: $by) { ${fields} } }`,
      { by: ref },
    );
    alone.set(JSON.stringify(ref), { sim: data.sim, code: errors[0]?.extensions.code });
  }
});

describe('any SIMs, named in any way, any number of times and in any order', () => {
  test('are the same as if each had been asked for alone', async () => {
    const picks = fc.array(fc.nat(), { maxLength: 200, size: 'max' });
    await fc.assert(
      fc.asyncProperty(picks, async (numbers) => {
        const asked = numbers.map((number) => refs[number % refs.length] as Ref);
        const { data, errors } = await running.gateway.ask<{ simsByRef: Found[] }>(
          `query ($refs: [SimRef!]!) { simsByRef(refs: $refs) { ${fields} } }`,
          { refs: asked },
        );
        const expected = asked.map((ref) => alone.get(JSON.stringify(ref)));
        expect(data.simsByRef).toEqual(expected.map((found) => found?.sim));
        const codes = new Map(errors.map(({ path, extensions }) => [path?.[1], extensions.code]));
        expected.forEach((found, index) => {
          expect([index, codes.get(index)]).toEqual([index, found?.code]);
        });
      }),
      { numRuns: 40 },
    );
  });

  test('each have their own answer: the way a SIM was named leads to that SIM', () => {
    for (const sim of sims)
      for (const ref of refsOf(sim))
        expect(alone.get(JSON.stringify(ref))?.sim).toMatchObject({
          iccid: sim.iccid,
          id: nodeId(sim.iccid),
          name: sim.name,
          state: sim.state,
        });
    const codes = strangers.map((ref) => alone.get(JSON.stringify(ref))?.code);
    expect(codes).toEqual([
      'SIM_NOT_FOUND',
      'SIM_NOT_FOUND',
      'SIM_NOT_FOUND',
      'BAD_USER_INPUT',
      'BAD_USER_INPUT',
    ]);
  });
});
