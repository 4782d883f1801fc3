import { ArgsType, Field, Int } from 'type-graphql';

/** Arguments of a list that is paged forward only. */
@ArgsType()
export class ForwardArgs {
  @Field(() => Int, { nullable: true, defaultValue: 50, description: 'Maximum number of items: 1 to 500.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor after which the page begins.' })
  after?: string | null;
}
