import { put } from '../endpoints.ts';
import { type ActionSpec, inUse, noValues, unseen, wholeState } from './spec.ts';

/** Makes a SIM attach to the network again. */
export interface Reset {
  readonly action: 'RESET';
}

export const reset: ActionSpec<Reset> = {
  request: () => put('/reset'),
  kind: 'harmless',
  ...unseen,
  dependsOn: () => wholeState,
  ...noValues,
  from: inUse,
};
