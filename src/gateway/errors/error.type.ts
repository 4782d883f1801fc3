import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  type ErrorCode,
  errorCodes,
  errorTable,
  type GatewayError,
  type SimApiWords,
} from '../../errors/index.ts';
import { enumOf } from '../common/enum.ts';
import { DateTime } from '../common/scalars.ts';

/** ErrorCode as GraphQL has it. */
export const ErrorCodeEnum: Record<ErrorCode, ErrorCode> = enumOf(errorCodes);
registerEnumType(ErrorCodeEnum, {
  name: 'ErrorCode',
  description: `Every code that can stand in extensions.code or SimError.code. New ones may come: treat one you do not know by its retryable flag.
errors[].extensions, stable from version 1:
{ code, retryable, iccids?, bulkOperationId?, requestId, retryAfterSeconds?, simApi?: { code, description, httpStatus, timestamp, operation } }`,
  valuesConfig: Object.fromEntries(
    errorCodes.map((code) => {
      const row = errorTable[code];
      const prefix = 'simApiCode' in row ? `${row.simApiCode}: ` : '';
      return [code, { description: prefix + row.description }];
    }),
  ),
});

/** What the SIM API said. */
@ObjectType('SimApiError', { description: 'What the SIM API said, word for word.', simpleResolvers: true })
class SimApiError implements SimApiWords {
  @Field(() => String, { description: 'For example E201.' })
  code!: string;

  @Field(() => String, { nullable: true, description: "The SIM API's own words." })
  description!: string | null;

  @Field(() => Int, { description: 'Status of the HTTP answer; the code says more.' })
  httpStatus!: number;

  @Field(() => DateTime, { nullable: true, description: 'When the SIM API says it refused.' })
  timestamp!: Date | null;

  @Field(() => String, {
    description: 'The call that was refused: its path in the SIM API, for example activate.',
  })
  operation!: string;
}

/** A refusal as data. */
@ObjectType('SimError', {
  description:
    'A refusal as data. The same fields stand in errors[].extensions, there with iccids and requestId beside them.',
  simpleResolvers: true,
})
export class SimError {
  @Field(() => ErrorCodeEnum, { description: 'What is so, for programs.' })
  code!: ErrorCode;

  @Field(() => String, { description: 'The same in words, for people.' })
  message!: string;

  @Field(() => Boolean, { description: 'True: the same call may succeed later.' })
  retryable!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: 'Wait so many seconds before the next try, where that is known.',
  })
  retryAfterSeconds!: number | null;

  @Field(() => SimApiError, {
    nullable: true,
    description:
      'Null if the SIM API did not answer with a code: it did not answer, was not asked, or left the SIM out of its answer.',
  })
  simApi!: SimApiWords | null;
}

/** An error as data. */
export function asData({ code, message, retryable, simApi, details }: GatewayError): SimError {
  return { code, message, retryable, retryAfterSeconds: details.retryAfterSeconds ?? null, simApi };
}

/** A line of the error table. */
@ObjectType('ErrorCodeInfo', { description: 'One line of the error table.', simpleResolvers: true })
export class ErrorCodeInfo {
  @Field(() => ErrorCodeEnum, { description: 'The code, as extensions.code and SimError.code have it.' })
  code!: ErrorCode;

  @Field(() => String, { nullable: true, description: "The SIM API's own code, for example E201." })
  simApiCode!: string | null;

  @Field(() => String, { description: 'What it means.' })
  description!: string;

  @Field(() => Boolean, { description: 'True: the same call may succeed later.' })
  retryable!: boolean;
}
