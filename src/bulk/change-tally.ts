import { type SimKey, verdictOf } from '../changes/index.ts';
import type { ErrorCode, GatewayError } from '../errors/index.ts';
import type { Change, Sim, SimApi } from '../sim-api/index.ts';

/** SIMs that an operation refuses with one code. */
export interface RefusedSims {
  readonly code: ErrorCode;
  readonly message: string;
  readonly count: number;
  /** The smallest ICCID among them; null if the ICCID of none of them is known. */
  readonly exampleIccid: string | null;
  /** The smallest EID among those that lead to no SIM. */
  readonly exampleEid: string | null;
}

/** The keys of a chunk, and what becomes of its SIMs. */
interface ChunkTally {
  iccidKeys: number;
  eidKeys: number;
  /** SIMs whose ICCIDs are known, each counted once. */
  sims: number;
  likelyAccepted: number;
  likelyRefused: number;
}

/** Counts what a bulk operation would do with its SIMs, and the calls that it would take. Nothing is read or sent. */
export class ChangeTally {
  alreadyApplied = 0;
  toSend = 0;
  private readonly refused = new Map<ErrorCode, RefusedSims>();
  private readonly chunks: ChunkTally[] = [];

  constructor(private readonly change: Change) {}

  /** Adds keys with which a chunk reads its SIMs. */
  addKeys(chunk: number, keyName: 'iccid' | 'eid', count: number): void {
    const tally = this.chunkAt(chunk);
    if (keyName === 'iccid') tally.iccidKeys += count;
    else tally.eidKeys += count;
  }

  /** Adds SIMs about which the operation decides as about `sim`. */
  addSims(chunk: number, sim: Sim, count: number): void {
    const verdict = verdictOf(sim, this.change);
    const tally = this.chunkAt(chunk);
    tally.sims += count;
    if (verdict === 'applied') this.alreadyApplied += count;
    else if (verdict === 'likelyAccepted' || verdict === 'likelyRefused') {
      this.toSend += count;
      tally[verdict] += count;
    } else this.addRefused(verdict, count, { iccid: sim.iccid });
  }

  /** Adds a key that leads to no SIM, or to several. */
  addKeyWithoutSim(chunk: number, key: SimKey, error: GatewayError): void {
    if ('iccid' in key) this.chunkAt(chunk).sims++;
    this.addRefused(error, 1, key);
  }

  /** Adds SIMs that the SIM API lists without a valid ICCID. */
  addUnreadable(count: number, error: GatewayError): void {
    if (count > 0) this.addRefused(error, count, null);
  }

  /** By falling count. */
  get refusals(): readonly RefusedSims[] {
    return [...this.refused.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  }

  get refusedCount(): number {
    return this.refusals.reduce((sum, { count }) => sum + count, 0);
  }

  /** SIMs among those to send whose state makes a refusal likely. */
  get likelyRefused(): number {
    return this.chunks.reduce((sum, { likelyRefused }) => sum + likelyRefused, 0);
  }

  get total(): number {
    return this.alreadyApplied + this.refusedCount + this.toSend;
  }

  /**
   * Number of calls of the chunks if the SIM API refuses no SIM: they read all of their SIMs, and then send those that need it.
   * `maxLengthIccid` is the longest ICCID of the target. `isCountedFirst`: EIDs are read before the first chunk, and chunks read by ICCID.
   */
  chunkCalls(
    simApi: SimApi,
    { maxLengthIccid, isCountedFirst }: { maxLengthIccid: string; isCountedFirst: boolean },
  ): number {
    const perRead = simApi.sims.perCall('iccid', maxLengthIccid);
    const perEidRead = simApi.sims.perCall('eid', '0'.repeat(32));
    const perSend = simApi.control.simsPerCall(this.change, maxLengthIccid);
    return this.chunks.reduce((calls, { iccidKeys, eidKeys, sims, likelyAccepted, likelyRefused }) => {
      const reads =
        Math.ceil((isCountedFirst ? sims : iccidKeys) / perRead) + Math.ceil(eidKeys / perEidRead);
      // A chunk sends the SIMs whose state makes a refusal likely apart from the others.
      return calls + reads + Math.ceil(likelyAccepted / perSend) + Math.ceil(likelyRefused / perSend);
    }, 0);
  }

  private chunkAt(number: number): ChunkTally {
    this.chunks[number] ??= { iccidKeys: 0, eidKeys: 0, sims: 0, likelyAccepted: 0, likelyRefused: 0 };
    return this.chunks[number];
  }

  private addRefused({ code, message }: GatewayError, count: number, key: SimKey | null): void {
    const before = this.refused.get(code);
    this.refused.set(code, {
      code,
      message: before?.message ?? message,
      count: (before?.count ?? 0) + count,
      exampleIccid: smaller(before?.exampleIccid, key !== null && 'iccid' in key ? key.iccid : null),
      exampleEid: smaller(before?.exampleEid, key !== null && 'eid' in key ? key.eid : null),
    });
  }
}

function smaller(one: string | null = null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
