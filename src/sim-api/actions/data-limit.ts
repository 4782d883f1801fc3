import * as z from 'zod';
import { put } from '../endpoints.ts';
import { type ActionSpec, open } from './spec.ts';

/** Sets the monthly data limit of a SIM. */
export interface SetDataLimit {
  readonly action: 'SET_DATA_LIMIT';
  /** Null removes the limit. */
  readonly limitMegabytes: number | null;
}

const maxMegabytes = 10_000_000;

export const setDataLimit: ActionSpec<SetDataLimit> = {
  request: ({ limitMegabytes }, { unlimitedDataLimit }) =>
    put('/set_data_limit', { limit: limitMegabytes ?? unlimitedDataLimit }),
  kind: 'verifiable',
  isApplied: (sim, { limitMegabytes }) =>
    sim.hasDataLimitField ? sim.dataLimitMegabytes === limitMegabytes : null,
  dependsOn: () => [{ field: 'state' }, { field: 'dataLimitMegabytes' }, { field: 'hasDataLimitField' }],
  predictedSim: (sim, { limitMegabytes }) => ({
    ...sim,
    dataLimitMegabytes: limitMegabytes,
    hasDataLimitField: true,
  }),
  fault: ({ limitMegabytes }) =>
    limitMegabytes !== null && (limitMegabytes < 1 || limitMegabytes > maxMegabytes)
      ? { field: 'limit.megabytes', rule: `must be from 1 to ${maxMegabytes}` }
      : null,
  toStored: ({ limitMegabytes }) =>
    limitMegabytes === null ? { unlimited: true } : { megabytes: limitMegabytes },
  fromStored: z
    .object({
      action: z.literal('SET_DATA_LIMIT'),
      megabytes: z.number().optional(),
      unlimited: z.literal(true).optional(),
    })
    .transform(({ action, megabytes = null }) => ({ action, limitMegabytes: megabytes })),
  from: open,
};
