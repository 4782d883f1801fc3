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
import { errorOfRef, keyOrError } from '../common/sim-key.ts';
import { asData } from '../errors/error.type.ts';
import type { Loaders } from '../loaders.ts';
import { type ChangedSim, payloadOf } from './change-outcome.ts';
import type { SimPayload } from './sim-payload.type.ts';
import type { SimRef } from './sim-ref.type.ts';
import { checkRefCount } from './sim-refs.ts';
import type { SimsPayload } from './sims-payload.type.ts';

/** Changes SIMs, for one request. */
export interface SimActions {
  /**
   * Changes one SIM. Errors: BAD_USER_INPUT, SIM_NOT_FOUND, refusals of the SIM API, UPSTREAM_… if nothing was sent, and those of the
   * ledger.
   */
  changeOne(ref: SimRef, change: Change, options: OneOptions): Promise<SimPayload>;
  /**
   * Changes up to 1000 SIMs; a SIM that is named several times is changed once. Shape: one result for each ref, in order.
   * Errors: BAD_USER_INPUT, TOO_MANY_SIMS and those of the ledger; the error of a SIM is in its result.
   */
  changeMany(
    refs: readonly SimRef[],
    change: Change,
    idempotencyKey: string | null | undefined,
  ): Promise<SimsPayload>;
}

interface OneOptions {
  readonly idempotencyKey: string | null | undefined;
  /** If given, it must be the ICCID of the SIM. */
  readonly confirmIccid?: string;
}

/** A change of SIMs as a caller asked for it. */
interface ChangeRequest extends OneOptions {
  readonly refs: readonly SimRef[];
  readonly change: Change;
  /** The path of a ref, by its index. */
  readonly fieldOf: (index: number) => string;
}

/**
 * Every SIM is read before it is changed, by any of its keys. After a change the loaders are cleared. They are then primed with the SIMs
 * whose last read is newer than the last call sent for them.
 */
export function createSimActions(
  simApi: SimApi,
  loaders: Loaders,
  ledger: RequestLedger,
  options: ChangeOptions,
): SimActions {
  /** Reads the SIMs, records them in the entry and changes them. Returns the outcome of each ref, in order. */
  async function carryOut(entry: OpenEntry, { refs, change, confirmIccid, fieldOf }: ChangeRequest) {
    const found = await readRefs(simApi, refs, fieldOf);
    const { places, positions } = placesOf(refs, found);
    await entry.name(
      places.map(({ iccid }) => iccid),
      { positions },
    );
    const targets: Sim[] = [];
    for (const [position, { sim }] of places.entries()) {
      const error = sim instanceof Error ? refusalOf(sim) : unconfirmed(sim, confirmIccid);
      if (error !== null) entry.recordOutcomeAt(position, failed(error));
      else if (!(sim instanceof Error)) targets.push(sim);
    }
    await changeAndForget(entry, targets, change);
    // The index has the change before the client has the answer.
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

  async function record(request: ChangeRequest): Promise<ChangedSim[]> {
    const { refs, change, idempotencyKey = null, confirmIccid = null } = request;
    const recorded = await ledger.record(
      {
        action: change.action,
        arguments: argumentsOf(change),
        identity: [change, refs.map(({ iccid, eid, id }) => [iccid, eid, id]), confirmIccid],
        idempotencyKey,
      },
      (entry) => carryOut(entry, request),
    );
    return 'value' in recorded ? recorded.value : replay(recorded.stored);
  }

  return {
    async changeOne(ref, change, options) {
      checkChange(change);
      const [changed] = await record({ refs: [ref], change, ...options, fieldOf: () => 'sim' });
      if (changed === undefined) throw new Error('the change of one SIM has no outcome');
      const { iccid, outcome } = changed;
      if (outcome.error !== null && outcome.outcome !== 'UNKNOWN') throw errorOfRef(outcome.error, 'sim');
      if (iccid === null) throw new Error('a changed SIM has no ICCID');
      return { iccid, outcome: outcome.outcome, error: outcome.error && asData(outcome.error) };
    },

    async changeMany(refs, change, idempotencyKey) {
      checkRefCount('sims', refs, { min: 1 });
      checkChange(change);
      const fieldOf = (index: number) => `sims[${index}]`;
      return payloadOf(await record({ refs, change, idempotencyKey, fieldOf }), refs);
    },
  };
}

/** Same length and order as the refs. A SIM that cannot be read, and an id that is not the id of a SIM, is an Error at its position. */
async function readRefs(
  simApi: SimApi,
  refs: readonly SimRef[],
  fieldOf: ChangeRequest['fieldOf'],
): Promise<(Sim | Error)[]> {
  const keys = refs.map((ref, index) => keyOrError(ref, fieldOf(index)));
  const valid = keys.flatMap((key) => (key instanceof Error ? [] : key));
  const read = (await readSims(simApi, valid)).values();
  return keys.map((key) =>
    key instanceof Error ? key : (read.next().value ?? new GatewayError('SIM_NOT_FOUND')),
  );
}

/** The SIMs of the refs without duplicates, and for each ref the position of its SIM among them. */
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

/** The error of a SIM whose ICCID is not the one that the caller repeated; null if the caller repeated none. */
function unconfirmed({ iccid }: Sim, confirmIccid: string | undefined): GatewayError | null {
  if (confirmIccid === undefined || confirmIccid === iccid) return null;
  return new GatewayError('BAD_USER_INPUT', {
    message: 'confirmIccid must be the ICCID of the SIM that sim names',
    argumentPath: ['confirmIccid'],
    iccids: [iccid],
  });
}

/** The error of a SIM that could not be read and was therefore not changed. */
function refusalOf(error: Error): GatewayError {
  if (error instanceof GatewayError) return error;
  throw error;
}

/** The recorded outcomes of a change under the same idempotency key. */
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
  if (sim === undefined) throw new Error('a ref has no recorded SIM');
  return sim;
}
