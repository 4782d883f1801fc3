import * as z from 'zod';
import { put } from '../endpoints.ts';
import { type ActionSpec, open, textValueFault } from './spec.ts';

export interface SetName {
  readonly action: 'SET_NAME';
  readonly name: string;
}

export const setName: ActionSpec<SetName> = {
  request: ({ name }) => put('/set_name', { name }),
  kind: 'verifiable',
  isApplied: (sim, { name }) => sim.name === name,
  dependsOn: ({ name }) => [{ field: 'state' }, { field: 'name', value: name }],
  predictedSim: (sim, { name }) => ({ ...sim, name }),
  fault: ({ name }) => textValueFault('name', name),
  toStored: ({ name }) => ({ name }),
  fromStored: z.object({ action: z.literal('SET_NAME'), name: z.string() }),
  from: open,
};
