import { hasReached, Rejected, type SimApi, type SimApiFailure } from '../../sim-api/index.ts';
import { fromSimApi } from '../errors/gateway-error.ts';
import { codeOfSimApi } from '../errors/table.ts';
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
      const { failure } = outcome;
      if (wasNotCarriedOut(failure)) throw fromSimApi(failure, [iccid]);
      const sim = await sims.byIccid(iccid).catch(() => undefined);
      if (sim !== undefined && hasReached(sim, change.action)) return { iccid, outcome: 'SUCCEEDED' };
      if (isRefusal(failure)) throw fromSimApi(failure, [iccid]);
      return { iccid, outcome: 'UNKNOWN' };
    },
  };
}

/** Whether a failure is an answer that says no. E000 is none: a server that failed may have acted before. */
function isRefusal(failure: SimApiFailure): failure is Rejected {
  return failure instanceof Rejected && failure.code !== 'E000';
}

/** Whether a failure says for certain that nothing was changed; a code that nobody knows may mean anything. */
function wasNotCarriedOut(failure: SimApiFailure): boolean {
  if (isRefusal(failure)) return codeOfSimApi(failure.code) !== 'UNKNOWN_SIM_API_ERROR';
  return 'surelyNotSent' in failure && failure.surelyNotSent;
}
