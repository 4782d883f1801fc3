import { Field, InputType } from 'type-graphql';
import { IdempotencyKey } from '../common/idempotency-key.ts';
import { SimRef } from '../sim/sim-ref.type.ts';
import { type EsimProfileAction, EsimProfileActionEnum } from './esim-action.type.ts';

@InputType('EsimProfileInput', { description: 'A change of a profile on up to 1000 eUICCs.' })
export class EsimProfileInput {
  @Field(() => [SimRef], {
    description:
      '1 to 1000 eUICCs. One that is named twice, by any of its keys, is changed once. TOO_MANY_SIMS above 1000.',
  })
  sims!: SimRef[];

  @Field(() => String, { description: 'Name of the profile, as in account.availableProfiles.' })
  profile!: string;

  @Field(() => EsimProfileActionEnum, { description: 'What to do with the profile.' })
  action!: EsimProfileAction;

  @IdempotencyKey()
  idempotencyKey?: string | null;
}
