import * as z from 'zod';
import { put } from '../endpoints.ts';
import { type ActionSpec, open, textValueFault } from './spec.ts';

export interface SetGroup {
  readonly action: 'SET_GROUP';
  readonly group: string;
}

export const setGroup: ActionSpec<SetGroup> = {
  request: ({ group }) => put('/set_group', { group }),
  kind: 'verifiable',
  isApplied: (sim, { group }) => sim.groupName === group,
  dependsOn: ({ group }) => [{ field: 'state' }, { field: 'groupName', value: group }],
  predictedSim: (sim, { group }) => ({ ...sim, groupName: group }),
  fault: ({ group }) => textValueFault('group', group),
  toStored: ({ group }) => ({ group }),
  fromStored: z.object({ action: z.literal('SET_GROUP'), group: z.string() }),
  from: open,
};
