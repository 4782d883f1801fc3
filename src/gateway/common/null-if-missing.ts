import { ArgsType, Field } from 'type-graphql';
import { type ErrorCode, GatewayError } from '../../errors/index.ts';

/** What is answered where there is nothing to answer with. */
@ArgsType()
export class NullIfMissingArgs {
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'True: where there is nothing to show, null without an error.',
  })
  nullIfMissing!: boolean;
}

/** The value, or null where it fails with the code that says there is none and that is wanted. */
export async function nullIf<T>(code: ErrorCode, isWanted: boolean, value: Promise<T>): Promise<T | null> {
  try {
    return await value;
  } catch (error) {
    if (isWanted && error instanceof GatewayError && error.code === code) return null;
    throw error;
  }
}
