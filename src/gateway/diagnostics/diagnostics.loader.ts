import DataLoader from 'dataloader';
import { fromFailure } from '../../errors/index.ts';
import type { Diagnostics, SimApi } from '../../sim-api/index.ts';

/** Reads diagnostics for one request: a SIM asked for twice is looked at once. */
export interface DiagnosticsLoader {
  /** Errors: NO_DIAGNOSTICS, FEATURE_NOT_ENABLED and what else the SIM API fails with. */
  ofSim(iccid: string): Promise<Diagnostics>;
}

/** A loader of diagnostics over `/diagnostics`, which takes one SIM a call. */
export function createDiagnosticsLoader(simApi: SimApi): DiagnosticsLoader {
  const loader = new DataLoader<string, Diagnostics>((iccids) =>
    Promise.all(
      iccids.map((iccid) =>
        simApi.diagnostics.ofSim(iccid).catch((error: unknown) => fromFailure(error, [iccid])),
      ),
    ),
  );
  return { ofSim: (iccid) => loader.load(iccid) };
}
