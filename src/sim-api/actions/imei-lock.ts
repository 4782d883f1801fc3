import { put } from '../endpoints.ts';
import { type ActionSpec, open, unseen } from './spec.ts';

/** Locks a SIM to the device that it is in, or unlocks it. */
export interface SetImeiLock {
  readonly action: 'SET_IMEI_LOCK';
  readonly locked: boolean;
}

export const setImeiLock: ActionSpec<SetImeiLock> = {
  request: ({ locked }, { imeiLockPath, imeiLockParameter }) =>
    put(imeiLockPath, { [imeiLockParameter]: locked }),
  kind: 'idempotent',
  ...unseen,
  dependsOn: () => [{ field: 'state' }],
  fault: () => null,
  toStored: ({ locked }) => ({ locked }),
  from: open,
};
