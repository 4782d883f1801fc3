import DataLoader from 'dataloader';
import { fromFailure } from '../../errors/index.ts';
import type { Diagnostics, SimApi } from '../../sim-api/index.ts';

/** Reads diagnostics for one request; each SIM is read once. */
export interface DiagnosticsLoader {
  /** Errors: NO_DIAGNOSTICS, FEATURE_NOT_ENABLED and those of the SIM API. */
  ofSim(iccid: string): Promise<Diagnostics>;
}

/** Source: `/diagnostics`, one SIM per call; docs/sim-api.md "Reads". */
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
