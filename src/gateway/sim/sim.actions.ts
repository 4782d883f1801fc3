import { type ChangeOptions, changeSims, checkChange, readSims } from '../../changes/index.ts';
import { deserializeError, GatewayError } from '../../errors/index.ts';
import {
  completionOf,
  type EntryRow,
  failed,
  type OpenEntry,
  type RequestLedger,
  unknown,
} from '../../ledger/index.ts';
import { argumentsOf, type Change, type Sim, type SimApi } from '../../sim-api/index.ts';
import { keyOrError } from '../common/sim-key.ts';
import { asData } from '../errors/error.type.ts';
import type { Loaders } from '../loaders.ts';
import { type ChangedSim, payloadOf, resultOf } from './change-outcome.ts';
import type { SimPayload } from './sim-payload.type.ts';
import type { SimRef } from './sim-ref.type.ts';
import { checkRefCount } from './sim-refs.ts';
import type { SimsPayload } from './sims-payload.type.ts';

/** Changes SIMs, for one request. */
export interface SimActions {
  /**
   * Changes one SIM. `confirmIccid` must be the ICCID of the SIM, where it is given.
   * Errors: BAD_USER_INPUT, SIM_NOT_FOUND, what the SIM API refuses with, UPSTREAM_… where nothing was sent, and those of the
   * ledger.
   */
  changeOne(ref: SimRef, change: Change, confirmIccid?: string): Promise<SimPayload>;
  /**
   * Changes up to 1000 SIMs, each once however often it is named. Shape: a result for each ref, in order.
   * Errors: BAD_USER_INPUT, TOO_MANY_SIMS and those of the ledger; what goes wrong with a SIM stands in its result.
   */
  changeMany(refs: readonly SimRef[], change: Change, idempotencyKey?: string | null): Promise<SimsPayload>;
}

/** What the SIMs of a change have to fit, before any of them is sent. */
type Check = (sim: Sim) => GatewayError | null;

/**
 * Actions over the SIM API's changes; every SIM is read first, by whatever key it is named. After a change the loaders forget what they
 * read, but for SIMs that were read since.
 */
export function createSimActions(
  simApi: SimApi,
  loaders: Loaders,
  ledger: RequestLedger,
  options: ChangeOptions,
): SimActions {
  /** Reads the SIMs, writes them down, changes them. Gives what became of each ref, in order. */
  async function carryOut(entry: OpenEntry, refs: readonly SimRef[], change: Change, check: Check) {
    const found = await readRefs(simApi, refs);
    const { places, positions } = placesOf(refs, found);
    await entry.name(
      places.map(({ iccid }) => iccid),
      { positions },
    );
    const targets: Sim[] = [];
    for (const [position, { sim }] of places.entries()) {
      const error = sim instanceof Error ? refusalOf(sim) : check(sim);
      if (error !== null) entry.recordOutcomeAt(position, failed(error));
      else if (!(sim instanceof Error)) targets.push(sim);
    }
    await changeAndForget(entry, targets, change);
    // A client that has the answer finds the change in the index too.
    await options.updates.flush();
    const changed = entry.recorded();
    const completion = completionOf(
      changed.map(({ outcome: { outcome, error } }) => ({ status: outcome, code: error?.code ?? null })),
    );
    return { value: positions.map((position) => resultAt(changed, position)), completion };
  }

  async function changeAndForget(entry: OpenEntry, sims: readonly Sim[], change: Change): Promise<void> {
    try {
      const current = await changeSims(simApi, change, entry, sims, options);
      loaders.forgetAll();
      for (const sim of current) loaders.sims.prime(sim);
    } catch (error) {
      loaders.forgetAll();
      throw error;
    }
  }

  async function change(
    refs: readonly SimRef[],
    asked: Change,
    idempotencyKey: string | null,
    extra: unknown,
    check: Check,
  ): Promise<ChangedSim[]> {
    const recorded = await ledger.record(
      {
        action: asked.action,
        arguments: argumentsOf(asked),
        identity: [asked, refs.map(({ iccid, eid, id }) => [iccid, eid, id]), extra],
        idempotencyKey,
      },
      (entry) => carryOut(entry, refs, asked, check),
    );
    return 'value' in recorded ? recorded.value : replay(recorded.stored);
  }

  return {
    async changeOne(ref, asked, confirmIccid) {
      checkChange(asked);
      const [changed] = await change([ref], asked, null, confirmIccid, ({ iccid }) =>
        confirmIccid === undefined || confirmIccid === iccid
          ? null
          : new GatewayError('BAD_USER_INPUT', {
              message: 'confirmIccid must be the ICCID of the SIM that sim names',
              iccids: [iccid],
            }),
      );
      if (changed === undefined) throw new Error('one SIM was asked for and none was settled');
      const { iccid, outcome } = changed;
      if (outcome.error !== null && outcome.outcome !== 'UNKNOWN') throw outcome.error;
      if (iccid === null) throw new Error('a SIM was changed whose ICCID nobody knows');
      return { iccid, outcome: outcome.outcome, error: outcome.error && asData(outcome.error) };
    },

    async changeMany(refs, asked, idempotencyKey = null) {
      checkRefCount('sims', refs, { min: 1 });
      checkChange(asked);
      const changed = await change(refs, asked, idempotencyKey, null, () => null);
      return payloadOf(changed.map((sim, index) => resultOf(sim, refs[index])));
    },
  };
}

/** Same length and order as the refs; a SIM that cannot be read is an Error at its position, as is a ref whose id is no SIM's. */
async function readRefs(simApi: SimApi, refs: readonly SimRef[]): Promise<(Sim | Error)[]> {
  const keys = refs.map((ref) => keyOrError(ref));
  const valid = keys.flatMap((key) => (key instanceof Error ? [] : key));
  const read = (await readSims(simApi, valid)).values();
  return keys.map((key) =>
    key instanceof Error ? key : (read.next().value ?? new GatewayError('SIM_NOT_FOUND')),
  );
}

/** The SIMs that refs name, each ICCID once, and where among them the SIM of each ref stands. */
function placesOf(refs: readonly SimRef[], found: readonly (Sim | Error)[]) {
  const places: { iccid: string | null; sim: Sim | Error }[] = [];
  const taken = new Map<string, number>();
  const positions = refs.map((ref, index) => {
    const sim = found[index] ?? new GatewayError('SIM_NOT_FOUND');
    const iccid = iccidOf(sim);
    const key = iccid ?? JSON.stringify(ref);
    const before = taken.get(key);
    if (before !== undefined) return before;
    taken.set(key, places.length);
    return places.push({ iccid, sim }) - 1;
  });
  return { places, positions };
}

function iccidOf(sim: Sim | Error): string | null {
  if (!(sim instanceof Error)) return sim.iccid;
  return (sim instanceof GatewayError && sim.details.iccids?.[0]) || null;
}

/** A SIM that could not be read was not changed. */
function refusalOf(error: Error): GatewayError {
  if (error instanceof GatewayError) return error;
  throw error;
}

/** What was written down of a change that was made before. */
function replay({ answer, sims }: EntryRow): ChangedSim[] {
  const { positions } = answer as { positions: readonly number[] };
  const changed = sims.map(({ iccid, status, error }): ChangedSim => {
    if (status === 'PENDING' || status === 'SENDING') return { iccid, outcome: unknown(iccid) };
    return {
      iccid,
      outcome: { outcome: status, error: error && deserializeError(error, iccid === null ? [] : [iccid]) },
    };
  });
  return positions.map((position) => resultAt(changed, position));
}

function resultAt(changed: readonly ChangedSim[], position: number): ChangedSim {
  const sim = changed[position];
  if (sim === undefined) throw new Error('a ref leads to no SIM that was written down');
  return sim;
}
