import { registerEnumType } from 'type-graphql';
import { enumOf } from '../common/enum.ts';

const actions = ['DOWNLOAD', 'ENABLE', 'DOWNLOAD_AND_ENABLE', 'DELETE'] as const;
export type EsimProfileAction = (typeof actions)[number];

/** Values of the parameter `action` of `/esim_profile`. Source: docs/sim-api.md "Changes". */
export const profileActions = {
  DOWNLOAD: 'download',
  ENABLE: 'enable',
  DOWNLOAD_AND_ENABLE: 'download_and_enable',
  DELETE: 'delete',
} as const satisfies Record<EsimProfileAction, string>;

export const EsimProfileActionEnum: Record<EsimProfileAction, EsimProfileAction> = enumOf(actions);
registerEnumType(EsimProfileActionEnum, {
  name: 'EsimProfileAction',
  description: 'What to do with an eSIM profile.',
  valuesConfig: {
    DOWNLOAD: { description: 'Puts the profile on the eUICC and leaves the active profile as it is.' },
    ENABLE: { description: 'Makes a profile that is on the eUICC the active one.' },
    DOWNLOAD_AND_ENABLE: { description: 'Puts the profile on the eUICC and makes it the active one.' },
    DELETE: { description: 'Removes the profile from the eUICC; not possible for the active one.' },
  },
});
