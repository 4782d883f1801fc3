import { Field, InputType, Int } from 'type-graphql';
import { badUserInput } from '../../errors/index.ts';

/** A data limit; `schema.ts` makes it a oneOf input. */
@InputType('DataLimitInput', {
  description:
    'A monthly data limit: give exactly one field. unlimited must be true, so that a forgotten variable removes no limit.',
})
export class DataLimitInput {
  @Field(() => Int, {
    nullable: true,
    description: 'The limit in megabytes of 1 000 000 bytes, 1 to 10 000 000.',
  })
  megabytes?: number;

  @Field(() => Boolean, { nullable: true, description: 'True: no limit. False is BAD_USER_INPUT.' })
  unlimited?: boolean;
}

/**
 * The limit in megabytes; null, only for `unlimited: true`, removes it. `field` is the path of the input. Errors: BAD_USER_INPUT.
 */
export function megabytesOf({ megabytes, unlimited }: DataLimitInput, field = 'limit'): number | null {
  if (unlimited === false) throw badUserInput(`${field}.unlimited`, 'must be true if it is given');
  return megabytes ?? null;
}
