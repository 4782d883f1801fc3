import * as z from 'zod';
import { put } from '../endpoints.ts';
import type { Sim } from '../wire/sim.wire.ts';
import { type ActionSpec, open, textValueFault } from './spec.ts';

/** Operation on an eSIM profile, as the SIM API spells it. */
export type ProfileAction = 'enable' | 'delete' | 'download' | 'download_and_enable';

export interface EsimProfile {
  readonly action: 'ESIM_PROFILE';
  readonly profile: string;
  readonly profileAction: ProfileAction;
}

const storedProfileAction = z.enum(['ENABLE', 'DELETE', 'DOWNLOAD', 'DOWNLOAD_AND_ENABLE']);

function isApplied(sim: Sim, { profile, profileAction }: EsimProfile): boolean | null {
  if (sim.eid === null || !sim.hasProfilesField) return null;
  const isActive = sim.activeProfile === profile;
  const isDownloaded = isActive || sim.downloadedProfiles.includes(profile);
  if (profileAction === 'download') return isDownloaded;
  return profileAction === 'delete' ? !isDownloaded : isActive;
}

export const esimProfile: ActionSpec<EsimProfile> = {
  request: ({ profile, profileAction }) => put('/esim_profile', { profile, action: profileAction }),
  kind: 'verifiable',
  isApplied,
  dependsOn: () => [
    { field: 'state' },
    { field: 'eid' },
    { field: 'activeProfile' },
    { field: 'downloadedProfiles' },
    { field: 'hasProfilesField' },
  ],
  predictedSim: (sim, change) => (isApplied(sim, change) ? sim : null),
  fault: ({ profile }) => textValueFault('profile', profile),
  toStored: ({ profile, profileAction }) => ({ profile, profileAction: profileAction.toUpperCase() }),
  fromStored: z
    .object({ action: z.literal('ESIM_PROFILE'), profile: z.string(), profileAction: storedProfileAction })
    .transform(({ profileAction, ...rest }) => ({
      ...rest,
      profileAction: profileAction.toLowerCase() as Lowercase<typeof profileAction>,
    })),
  from: open,
  isFor: (sim) => sim.eid !== null,
};
