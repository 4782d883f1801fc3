import type { Caller } from './caller.ts';
import { reads } from './endpoints.ts';
import { Garbled } from './errors.ts';
import { type Diagnostics, decodeDiagnostics } from './wire/diagnostics.wire.ts';

/** Reads of diagnostics for one trace. Source: docs/sim-api.md "Reads". */
export interface DiagnosticsReads {
  /** Live data about one SIM's device. Source: `/diagnostics`. Errors: SimApiFailure, among them E103 and E003. */
  ofSim(iccid: string): Promise<Diagnostics>;
}

export function createDiagnostics(caller: Caller): DiagnosticsReads {
  return {
    async ofSim(iccid) {
      const request = reads.diagnostics();
      const decoded = decodeDiagnostics(await caller.read(request, 'iccid', [iccid]));
      if (decoded === undefined) throw new Garbled(request.operation, 'no object');
      return decoded;
    },
  };
}
