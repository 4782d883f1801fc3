import type { Change, Sim, SimApi } from '../../sim-api/index.ts';
import { badUserInput, GatewayError } from '../errors/gateway-error.ts';
import type { Loaders } from '../loaders.ts';
import { failed, type Outcome, payloadOf, resultOf, unknown } from './change-outcome.ts';
import { checkChange } from './change-rules.ts';
import { ChangeRun } from './change-run.ts';
import type { SimPayload } from './sim-payload.type.ts';
import type { SimRef } from './sim-ref.type.ts';
import { checkRefCount } from './sim-refs.ts';
import type { SimsPayload } from './sims-payload.type.ts';

/** Changes SIMs, for one request. */
export interface SimActions {
  /**
   * Changes one SIM. `confirmIccid` must be the ICCID of the SIM, where it is given.
   * Errors: BAD_USER_INPUT, SIM_NOT_FOUND, what the SIM API refuses with, UPSTREAM_… where nothing was sent.
   */
  changeOne(ref: SimRef, change: Change, confirmIccid?: string): Promise<SimPayload>;
  /**
   * Changes up to 1000 SIMs, each once however often it is named. Shape: a result for each ref, in order.
   * Errors: BAD_USER_INPUT and TOO_MANY_SIMS; what goes wrong with a SIM stands in its result.
   */
  changeMany(refs: readonly SimRef[], change: Change): Promise<SimsPayload>;
}

/** Actions over the SIM API's changes; every SIM is read first, by whatever key it is named. */
export function createSimActions(simApi: SimApi, loaders: Loaders, mostExtraCalls: number): SimActions {
  const run = (targets: readonly Sim[], change: Change) =>
    new ChangeRun(simApi, loaders, change, mostExtraCalls).run(targets);

  return {
    async changeOne(ref, change, confirmIccid) {
      checkChange(change);
      // A read that failed for the field before this one must not stand for this one.
      loaders.forgetAll();
      const sim = await loaders.sims.byRef(ref);
      if (confirmIccid !== undefined && confirmIccid !== sim.iccid)
        throw badUserInput('confirmIccid', 'must be the ICCID of the SIM that sim names');
      const { outcome, error } = (await run([sim], change)).get(sim.iccid) ?? unknown(sim.iccid);
      if (outcome === 'FAILED' && error !== null) throw error;
      return { iccid: sim.iccid, outcome };
    },

    async changeMany(refs, change) {
      checkRefCount('sims', refs, { least: 1 });
      checkChange(change);
      loaders.forgetAll();
      const found = await loaders.sims.byRefs(refs);
      const targets = new Map(
        found.flatMap((sim) => (sim instanceof Error ? [] : [[sim.iccid, sim] as const])),
      );
      const outcomes = await run([...targets.values()], change);
      return payloadOf(
        found.map((sim) =>
          sim instanceof Error
            ? resultOf(null, failedRead(sim))
            : resultOf(sim.iccid, outcomes.get(sim.iccid) ?? unknown(sim.iccid)),
        ),
      );
    },
  };
}

/** A SIM that could not be read was not changed. */
function failedRead(error: Error): Outcome {
  if (error instanceof GatewayError) return failed(error);
  throw error;
}
