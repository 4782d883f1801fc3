import { setImmediate as nextTurn } from 'node:timers/promises';
import { ChangeTally, chunkSizeFor, longerRef } from '../../bulk/index.ts';
import { readSims, type SimKey } from '../../changes/index.ts';
import { type ErrorCode, fromSimApi, GatewayError } from '../../errors/index.ts';
import type { FleetStore } from '../../fleet-index/index.ts';
import { Ambiguous, type Change, dependsOn, eidPattern, type Sim, type SimApi } from '../../sim-api/index.ts';
import type { CallBudget } from './call-budget.ts';

/** Number of keys of one query of the index. */
const indexBatchSize = 10_000;
/** Number of keys that are read concurrently from the SIM API. */
const readBatchSize = 5000;
/** Errors of a key that the operation is sure to get too. */
const certainCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['SIM_NOT_FOUND', 'BAD_USER_INPUT']);

interface RefsSource {
  readonly simApi: SimApi;
  /** A complete index, or null: then all SIMs are read from the SIM API. */
  readonly index: FleetStore | null;
  readonly tenant: string;
  readonly budget: CallBudget;
}

interface TalliedRefs {
  readonly tally: ChangeTally;
  readonly maxLengthIccid: string;
  /** Number of SIMs, each counted once, and of ICCIDs that lead to no SIM. */
  readonly sims: number;
}

/** A key of the target, and the SIM to which it leads; undefined if the index does not have it. */
interface Found {
  readonly key: SimKey;
  sim: Sim | GatewayError | undefined;
}

/**
 * Counts what a change would do with the SIMs of a list of ICCIDs and EIDs. A SIM that several keys lead to counts once. Errors:
 * QUERY_TOO_COMPLEX, StoreUnavailable, and those of the SIM API, except that a key leads to no SIM or to several.
 */
export async function tallyRefs(
  source: RefsSource,
  change: Change,
  refs: readonly string[],
): Promise<TalliedRefs> {
  const found: Found[] = refs.map((ref) => ({ key: keyOf(ref), sim: undefined }));
  if (source.index !== null) await findInIndex(source.index, source.tenant, change, found);
  await readMissing(source, found);

  const tally = new ChangeTally(change);
  const chunkSize = chunkSizeFor(source.simApi, change, longerRef(refs));
  const counted = new Set<string>();
  let maxLengthIccid = '';
  for (const [position, { key, sim }] of found.entries()) {
    const chunk = Math.floor(position / chunkSize);
    tally.addKeys(chunk, 'iccid' in key ? 'iccid' : 'eid', 1);
    if ('iccid' in key) maxLengthIccid = longerRef([key.iccid], maxLengthIccid);
    if (sim === undefined) throw new Error('a key of the target was not read');
    if (sim instanceof GatewayError) {
      tally.addKeyWithoutSim(chunk, key, sim);
      if ('iccid' in key) counted.add(key.iccid);
    } else if (!counted.has(sim.iccid)) {
      counted.add(sim.iccid);
      maxLengthIccid = longerRef([sim.iccid], maxLengthIccid);
      tally.addSims(chunk, sim, 1);
    }
    if (position % indexBatchSize === 0) await nextTurn();
  }
  return { tally, maxLengthIccid, sims: counted.size };
}

/** Sets the SIMs that the index has. */
async function findInIndex(
  index: FleetStore,
  tenant: string,
  change: Change,
  found: readonly Found[],
): Promise<void> {
  const fields = dependsOn(change);
  for (let start = 0; start < found.length; start += indexBatchSize) {
    const batch = found.slice(start, start + indexBatchSize);
    const keys = batch.map(({ key }) => key);
    const sims = await index.byKeys(tenant, { iccids: iccidsOf(keys), eids: eidsOf(keys) }, fields);
    const byIccid = new Map<string, Sim>();
    const byEid = new Map<string, Sim | GatewayError>();
    for (const sim of sims) {
      byIccid.set(sim.iccid, sim);
      if (sim.eid === null) continue;
      const before = byEid.get(sim.eid);
      const isOther = before !== undefined && (before instanceof GatewayError || before.iccid !== sim.iccid);
      byEid.set(sim.eid, isOther ? fromSimApi(new Ambiguous('get_sims')) : sim);
    }
    for (const one of batch)
      one.sim = 'iccid' in one.key ? byIccid.get(one.key.iccid) : byEid.get(one.key.eid);
  }
}

/** Reads the SIMs that are still missing from the SIM API. */
async function readMissing({ simApi, budget }: RefsSource, found: readonly Found[]): Promise<void> {
  const missing = found.filter(({ sim }) => sim === undefined);
  for (let start = 0; start < missing.length; start += readBatchSize) {
    budget.require(callsFor(simApi, missing.slice(start)));
    await readBatch(simApi, budget, missing.slice(start, start + readBatchSize));
  }
}

/**
 * Reads some SIMs. The SIM API may refuse a call because of one key, and the search for such keys has a limit of calls: the keys that it
 * did not reach are read again. Errors: QUERY_TOO_COMPLEX, and those of the SIM API.
 */
async function readBatch(simApi: SimApi, budget: CallBudget, batch: readonly Found[]): Promise<void> {
  for (let rest = batch; rest.length > 0; ) {
    const sims = await readSims(
      simApi,
      rest.map(({ key }) => key),
    );
    const unreached: Found[] = [];
    for (const [index, one] of rest.entries()) {
      const sim = sims[index] ?? new GatewayError('SIM_NOT_FOUND');
      if (!(sim instanceof GatewayError && sim.code === 'CALL_BUDGET_SPENT')) one.sim = certain(sim);
      else if (unreached.push(one) === rest.length) throw sim;
    }
    budget.require(callsFor(simApi, unreached));
    rest = unreached;
  }
}

/** A SIM, or an error that the operation is sure to get too. Errors: any other error. */
function certain(sim: Sim | Error): Sim | GatewayError {
  if (!(sim instanceof Error)) return sim;
  if (sim instanceof GatewayError && certainCodes.has(sim.code)) return sim;
  throw sim;
}

/** Number of calls that read keys from the SIM API if none of them is refused. */
function callsFor({ sims }: SimApi, found: readonly Found[]): number {
  const keys = found.map(({ key }) => key);
  const [iccids, eids] = [iccidsOf(keys), eidsOf(keys)];
  return (
    Math.ceil(iccids.length / sims.perCall('iccid', longerRef(iccids))) +
    Math.ceil(eids.length / sims.perCall('eid', longerRef(eids)))
  );
}

function keyOf(ref: string): SimKey {
  return eidPattern.test(ref) ? { eid: ref } : { iccid: ref };
}

const iccidsOf = (keys: readonly SimKey[]) => keys.flatMap((key) => ('iccid' in key ? key.iccid : []));
const eidsOf = (keys: readonly SimKey[]) => keys.flatMap((key) => ('eid' in key ? key.eid : []));
