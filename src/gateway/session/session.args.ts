import { ArgsType, Field } from 'type-graphql';
import { ForwardArgs } from '../common/forward.args.ts';
import { DateTime } from '../common/scalars.ts';

/** Arguments of the sessions of a SIM. */
@ArgsType()
export class SessionsArgs extends ForwardArgs {
  @Field(() => DateTime, {
    nullable: true,
    description:
      'Only sessions that began at or after this time; by default the start of the UTC month that contains to. BAD_USER_INPUT if it is later than to.',
  })
  from?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Only sessions that began at or before this time; by default now.',
  })
  to?: Date | null;
}
