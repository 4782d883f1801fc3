import { hasReached, Rejected, type SimApi, type SimApiFailure } from '../../sim-api/index.ts';
import { fromSimApi } from '../errors/gateway-error.ts';
import type { SimRef } from './sim.args.ts';
import type { SimLoader } from './sim.loader.ts';
import type { SimPayload } from './sim-payload.type.ts';

/** A change of one SIM's state. */
export interface StateChange {
  readonly action: 'ACTIVATE' | 'DEACTIVATE';
}

/** Changes SIMs, for one request. */
export interface SimActions {
  /**
   * Asks the SIM API to change the state of one SIM. Where no clear answer comes, the SIM is read back and that decides;
   * nothing is sent again. Errors: SIM_NOT_FOUND, what the SIM API refuses with, UPSTREAM_… where nothing was sent.
   */
  changeState(ref: SimRef, change: StateChange): Promise<SimPayload>;
}

/** Actions over the SIM API's changes. */
export function createSimActions(simApi: SimApi, sims: SimLoader): SimActions {
  return {
    async changeState(ref, change) {
      const iccid = await sims.iccidOf(ref);
      const [outcome] = await simApi.control.send(change, [iccid]);
      sims.forget(iccid);
      if (outcome === undefined) throw new Error('a change of one SIM has one outcome');
      if ('answer' in outcome) return { iccid, outcome: 'SUCCEEDED' };
      if (wasNotCarriedOut(outcome.failure)) throw fromSimApi(outcome.failure, [iccid]);
      const sim = await sims.byIccid(iccid).catch(() => undefined);
      return {
        iccid,
        outcome: sim !== undefined && hasReached(sim, change.action) ? 'SUCCEEDED' : 'UNKNOWN',
      };
    },
  };
}

/** Whether a failure says for certain that nothing was changed. E000 does not: a server that failed may have acted before. */
function wasNotCarriedOut(failure: SimApiFailure): boolean {
  if (failure instanceof Rejected) return failure.code !== 'E000';
  return 'surelyNotSent' in failure && failure.surelyNotSent;
}
