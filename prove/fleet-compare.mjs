import { readWhole } from './fleet-lists.mjs';

const fields = `iccid eid name msisdn imsi imei type formFactor apn state isTransitioning group { name }
  lastNetworkActivityAt lastDataSessionAt lastModifiedAt dataUsage { usedBytes limitMegabytes updatedAt }`;

const instant = (at) => (at ? new Date(at).toISOString() : null);
const orNull = (value) => (value === undefined || value === '' ? null : value);

/** Compares the whole index with a world whose clock stands still: ICCIDs that are missing, left over or different. */
export async function compareIndex(url, world) {
  const { nodes } = await readWhole(url, { orderBy: { field: 'ICCID', direction: 'ASC' }, fields }, 500);
  const text = new Map(nodes.map((node) => [node.iccid, node]));
  const sims = await world.sims();
  const used = await (await world.simApi()).usedBytes(sims.map(({ iccid }) => iccid));
  const difference = { sims: sims.length, missing: [], leftOver: [], otherwise: [] };
  for (const sim of sims) {
    const node = text.get(sim.iccid);
    text.delete(sim.iccid);
    if (node === undefined) {
      difference.missing.push(sim.iccid);
      continue;
    }
    const pairs = [
      ['eid', node.eid, orNull(sim.eid)],
      ['name', node.name, orNull(sim.name)],
      ['group', node.group?.name ?? null, orNull(sim.group)],
      ['msisdn', node.msisdn, orNull(sim.msisdn)],
      ['imsi', node.imsi, orNull(sim.imsi)],
      ['imei', node.imei, orNull(sim.imei)],
      ['type', node.type, orNull(sim.type)],
      ['formFactor', node.formFactor, orNull(sim.form)],
      ['apn', node.apn, orNull(sim.apn)],
      ['state', node.state, sim.state],
      ['isTransitioning', node.isTransitioning, sim.status.primary === 'PENDING'],
      ['lastNetworkActivityAt', node.lastNetworkActivityAt, instant(sim.lastNetworkActivityMillis)],
      ['lastDataSessionAt', node.lastDataSessionAt, instant(sim.lastDataSessionMillis)],
      ['lastModifiedAt', node.lastModifiedAt, instant(sim.lastModifiedMillis)],
      ['usedBytes', node.dataUsage.usedBytes ?? null, used.get(sim.iccid) ?? null],
    ];
    const wrong = pairs.filter(([, one, other]) => one !== other);
    if (wrong.length > 0)
      difference.otherwise.push(
        `${sim.iccid} ${wrong.map(([field, one, other]) => `${field} ${one} for ${other}`).join(', ')}`,
      );
  }
  difference.leftOver = [...text.keys()];
  return difference;
}

const sampleOf = (list) => (list.length === 0 ? '0' : `${list.length} (${list.slice(0, 3).join('; ')})`);

/** The table row of a comparison. */
export const differenceLine = (what, { sims, missing, leftOver, otherwise }) => ({
  what: `${what}: SIMs; missing in the index, left over, different in any of 15 fields`,
  measured: `${sims}; ${sampleOf(missing)}, ${sampleOf(leftOver)}, ${sampleOf(otherwise)}`,
  holds: missing.length + leftOver.length + otherwise.length === 0,
});
