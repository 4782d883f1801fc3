import { Field, InputType, Int } from 'type-graphql';
import { badUserInput } from '../../errors/index.ts';

/** A data limit; `schema.ts` makes it a oneOf input. */
@InputType('DataLimitInput', {
  description:
    'A monthly data limit: exactly one of both, and unlimited only as true, so that a forgotten variable lifts no limit.',
})
export class DataLimitInput {
  @Field(() => Int, { nullable: true, description: '1 to 10 000 000, in units of 1 000 000 bytes.' })
  megabytes?: number;

  @Field(() => Boolean, { nullable: true, description: 'True only: no limit.' })
  unlimited?: boolean;
}

/** The limit in megabytes; null lifts it, and only `unlimited: true` asks for that. Errors: BAD_USER_INPUT. */
export function megabytesOf({ megabytes, unlimited }: DataLimitInput): number | null {
  if (unlimited === false) throw badUserInput('limit.unlimited', 'must be true where it is given');
  return megabytes ?? null;
}
