import { ArgsType, Field } from 'type-graphql';
import { type ErrorCode, GatewayError } from '../../errors/index.ts';

/** The argument that turns the error of a missing value into null. */
@ArgsType()
export class NullIfMissingArgs {
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'True: return null without an error if there is no data.',
  })
  nullIfMissing!: boolean;
}

/** The value; null if `isWanted` and the value fails with `code`, which states that there is none. */
export async function nullIf<T>(code: ErrorCode, isWanted: boolean, value: Promise<T>): Promise<T | null> {
  try {
    return await value;
  } catch (error) {
    if (isWanted && isMissing(code, error)) return null;
    throw error;
  }
}

/** Whether an error states with `code` that there is no value. */
export function isMissing(code: ErrorCode, error: unknown): boolean {
  return error instanceof GatewayError && error.code === code;
}
