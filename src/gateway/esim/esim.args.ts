import { Field, InputType } from 'type-graphql';
import { SimRef } from '../sim/sim-ref.type.ts';
import { type EsimProfileAction, EsimProfileActionEnum } from './esim-action.type.ts';

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
