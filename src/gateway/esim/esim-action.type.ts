import { registerEnumType } from 'type-graphql';
import { enumOf } from '../common/enum.ts';

const actions = ['DOWNLOAD', 'ENABLE', 'DOWNLOAD_AND_ENABLE', 'DELETE'] as const;
/** What is done with an eSIM profile. */
export type EsimProfileAction = (typeof actions)[number];

/** How the SIM API spells what is done with a profile. Source: docs/sim-api.md "Changes". */
export const profileActions = {
  DOWNLOAD: 'download',
  ENABLE: 'enable',
  DOWNLOAD_AND_ENABLE: 'download_and_enable',
  DELETE: 'delete',
} as const satisfies Record<EsimProfileAction, string>;

/** EsimProfileAction as GraphQL has it. */
export const EsimProfileActionEnum: Record<EsimProfileAction, EsimProfileAction> = enumOf(actions);
registerEnumType(EsimProfileActionEnum, {
  name: 'EsimProfileAction',
  description: 'What to do with an eSIM profile.',
  valuesConfig: {
    DOWNLOAD: { description: 'Put it on the eUICC, without using it.' },
    ENABLE: { description: 'Use one that is on the eUICC.' },
    DOWNLOAD_AND_ENABLE: { description: 'Put it on the eUICC and use it.' },
    DELETE: { description: 'Take it off the eUICC; not the one in use.' },
  },
});
