import { Field, InputType, registerEnumType } from 'type-graphql';
import { enumOf } from '../common/enum.ts';
import { SimRef } from '../sim/sim-ref.type.ts';

const actions = ['DOWNLOAD', 'ENABLE', 'DOWNLOAD_AND_ENABLE', 'DELETE'] as const;
type EsimProfileAction = (typeof actions)[number];

/** How the SIM API spells what is done with a profile. Source: CONTRACT.md "Writes". */
export const profileActions = {
  DOWNLOAD: 'download',
  ENABLE: 'enable',
  DOWNLOAD_AND_ENABLE: 'download_and_enable',
  DELETE: 'delete',
} as const satisfies Record<EsimProfileAction, string>;

const EsimProfileActionEnum: Record<EsimProfileAction, EsimProfileAction> = enumOf(actions);
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

/** A profile change. */
@InputType('EsimProfileInput', { description: 'A profile change on eUICCs.' })
export class EsimProfileInput {
  @Field(() => [SimRef], { description: '1 to 1000 eUICCs.' })
  sims!: SimRef[];

  @Field(() => String, { description: 'Name of the profile, as account.availableProfiles lists it.' })
  profile!: string;

  @Field(() => EsimProfileActionEnum, { description: 'What to do with it.' })
  action!: EsimProfileAction;
}
