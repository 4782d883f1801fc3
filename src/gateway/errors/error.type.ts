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

export const ErrorCodeEnum: Record<ErrorCode, ErrorCode> = enumOf(errorCodes);
registerEnumType(ErrorCodeEnum, {
  name: 'ErrorCode',
  description: `All values of extensions.code and SimError.code. New codes may be added: handle an unknown code by its retryable flag.
errors[].extensions, stable from version 1:
{ code, retryable, argumentPath?, iccids?, bulkOperationId?, requestId, retryAfterSeconds?, requiredScopes?, simApi?: { code, description, httpStatus, timestamp, operation } }
argumentPath names the value that BAD_USER_INPUT is about, from the arguments of the field on: for example ["input", "sims", 3, "iccid"].`,
  valuesConfig: Object.fromEntries(
    errorCodes.map((code) => {
      const row = errorTable[code];
      const prefix = 'simApiCode' in row ? `${row.simApiCode}: ` : '';
      return [code, { description: prefix + row.description }];
    }),
  ),
});

@ObjectType('SimApiError', {
  description: 'The error that the SIM API reported, unchanged.',
  simpleResolvers: true,
})
class SimApiError implements SimApiWords {
  @Field(() => String, { description: 'For example E201.' })
  code!: string;

  @Field(() => String, { nullable: true, description: 'The text of the SIM API.' })
  description!: string | null;

  @Field(() => Int, { description: 'HTTP status of the response; code is more specific.' })
  httpStatus!: number;

  @Field(() => DateTime, { nullable: true, description: 'Time of the refusal, as the SIM API reported it.' })
  timestamp!: Date | null;

  @Field(() => String, {
    description: 'Path of the refused call in the SIM API, for example activate.',
  })
  operation!: string;
}

@ObjectType('SimError', {
  description:
    'A refusal as data. errors[].extensions has the same fields except message, and in addition argumentPath, iccids, bulkOperationId and requestId.',
  simpleResolvers: true,
})
export class SimError {
  @Field(() => ErrorCodeEnum, { description: 'The code, for programs.' })
  code!: ErrorCode;

  @Field(() => String, { description: 'The message, for people.' })
  message!: string;

  @Field(() => Boolean, { description: 'True: the same call may succeed later.' })
  retryable!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: 'Seconds to wait before the next try, if known.',
  })
  retryAfterSeconds!: number | null;

  @Field(() => SimApiError, {
    nullable: true,
    description:
      'Null if the SIM API reported no code: it did not answer, was not called, or left the SIM out of its answer.',
  })
  simApi!: SimApiWords | null;
}

export function asData({ code, message, retryable, simApi, details }: GatewayError): SimError {
  return { code, message, retryable, retryAfterSeconds: details.retryAfterSeconds ?? null, simApi };
}

@ObjectType('ErrorCodeInfo', { description: 'One line of the error table.', simpleResolvers: true })
export class ErrorCodeInfo {
  @Field(() => ErrorCodeEnum, { description: 'The value of extensions.code and SimError.code.' })
  code!: ErrorCode;

  @Field(() => String, { nullable: true, description: 'The code of the SIM API, for example E201.' })
  simApiCode!: string | null;

  @Field(() => String, { description: 'Meaning of the code.' })
  description!: string;

  @Field(() => Boolean, { description: 'True: the same call may succeed later.' })
  retryable!: boolean;
}
