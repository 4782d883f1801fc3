import { query, startGateway, startSandbox } from './programs.mjs';
import { createWorld, stableByState, worldOf } from './world.mjs';

export const name = 'refused SIMs among 1000 SIMs';

const deactivate = `mutation ($sims: [SimRef!]!) {
  deactivateSims(input: { sims: $sims }) { results { iccid outcome error { code } } }
}`;

/** ICCIDs that exist in no world. */
const strangers = ['8937204999000000028', '8937204998000000011', '8937204998000000029'];
const locked = '8937204999000002024';
const closed = '8937204999000002016';

/**
 * `count` SIMs that will be refused, as [ICCID, expected code], rare cases first: a locked SIM, one that is reported as LIVE and is
 * not, one unknown to the SIM API, a closed one, one refused for its limit and one for a feature; then SIMs whose state prohibits
 * the change, and other unknown ones.
 */
async function pickRefusedSims(count, byState, world) {
  const [overLimit, featureless] = byState.get('LIVE').splice(0, 2);
  const [liar] = byState.get('SHIPPING').splice(0, 1);
  await world.patchSim(liar, { state: 'LIVE', status: { primary: 'ON', secondary: 'LIVE' } });
  const rare = [
    [locked, 'SIM_LOCKED_BY_ADMIN'],
    [liar, 'TRANSITION_NOT_ALLOWED'],
    [strangers[0], 'SIM_NOT_FOUND'],
    [closed, 'TRANSITION_NOT_ALLOWED'],
    [overLimit, 'DATA_LIMIT_REACHED'],
    [featureless, 'FEATURE_NOT_ENABLED'],
  ];
  const strange = strangers.slice(1).map((iccid) => [iccid, 'SIM_NOT_FOUND']);
  const plain = byState.get('SHIPPING').map((iccid) => [iccid, 'TRANSITION_NOT_ALLOWED']);
  const refusedSims = [...rare, ...(count > 10 ? strange : []), ...plain].slice(0, count);
  // The sandbox refuses these before it changes any SIM, for every value of `refusedBulk`.
  const faults = refusedSims.flatMap(([iccid, code]) => {
    const simApiCode = { DATA_LIMIT_REACHED: 'E211', FEATURE_NOT_ENABLED: 'E003' }[code];
    return simApiCode ? [{ path: '/deactivate', iccid, kind: 'error', code: simApiCode }] : [];
  });
  return { refusedSims: new Map(refusedSims), faults };
}

async function measure(sandboxUrl, refusedBulk, count) {
  const still = { min: 3_600_000, max: 3_600_000 };
  const id = await createWorld(sandboxUrl, { sims: 4000, behaviour: { refusedBulk, settleMs: still } });
  const world = worldOf(sandboxUrl, id);
  const byState = stableByState(await world.sims());
  const { refusedSims, faults } = await pickRefusedSims(count, byState, world);
  if (faults.length > 0) await world.addFaults(...faults);
  const sims = byState.get('LIVE').slice(0, 1000 - count);
  // Spread over the list, the first one in the middle of a call, with other SIMs before and after it.
  for (const [index, iccid] of [...refusedSims.keys()].entries())
    sims.splice((211 + index * 389) % 900, 0, iccid);

  const gateway = await startGateway(sandboxUrl, { SIM_API_USERNAME: id, SIM_API_PASSWORD: id });
  await world.clear('calls');
  const startedAt = performance.now();
  const { deactivateSims } = await query(gateway.url, deactivate, { sims: sims.map((iccid) => ({ iccid })) });
  const seconds = (performance.now() - startedAt) / 1000;
  const { '/get_sims': reads = 0, '/deactivate': changes = 0 } = await world.callsByPath();
  const effects = await world.effects();
  await gateway.stop();

  const wrong = deactivateSims.results.filter(({ iccid, outcome, error }, index) => {
    const code = refusedSims.get(iccid);
    const expected = code === undefined ? 'SUCCEEDED' : `FAILED ${code}`;
    return iccid !== sims[index] || [outcome, error?.code].filter(Boolean).join(' ') !== expected;
  });
  const changed = new Set(effects.map(({ iccid }) => iccid));
  const misjudged = sims.filter((iccid) => changed.has(iccid) === refusedSims.has(iccid)).length;
  const twice = effects.length - changed.size;
  const codes = new Set(refusedSims.values()).size;
  return {
    what: `${count} refused ${count === 1 ? 'SIM' : 'SIMs'}${count > 1 ? ` with ${codes} codes` : ''}, refusedBulk: ${refusedBulk}`,
    measured: `${reads + changes} calls (${reads} reads, ${changes} changes), ${wrong.length} of 1000 outcomes wrong, ${twice} changed twice, ${misjudged} wrongly changed or unchanged, ${seconds.toFixed(1)} s`,
    holds: deactivateSims.results.length === 1000 && wrong.length + twice + misjudged === 0,
  };
}

export async function run() {
  const sandbox = await startSandbox(10);
  const lines = [];
  for (const refusedBulk of ['changesNothing', 'changesThoseBefore'])
    for (const count of [0, 1, 7, 100]) lines.push(await measure(sandbox.url, refusedBulk, count));
  await sandbox.stop();
  return lines;
}
