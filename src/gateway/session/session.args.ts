import { ArgsType, Field } from 'type-graphql';
import { ForwardArgs } from '../common/forward.args.ts';
import { DateTime } from '../common/scalars.ts';

/** Which sessions. */
@ArgsType()
export class SessionsArgs extends ForwardArgs {
  @Field(() => DateTime, {
    nullable: true,
    description: 'Sessions that began then or later; the start of the present month in UTC by default.',
  })
  from?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Sessions that began then or earlier; now by default.',
  })
  to?: Date | null;
}
