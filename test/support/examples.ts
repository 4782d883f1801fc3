import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse } from 'graphql';

/** An example operation of schema/operations. */
interface Example {
  readonly name: string;
  readonly text: string;
  /** The error codes that it demonstrates, in the order in which they occur. */
  readonly codes: readonly string[];
}

/** Error codes by example; an example that is not listed here demonstrates no error. */
const shownCodes: Readonly<Record<string, readonly string[]>> = {
  SimsByRef: ['SIM_NOT_FOUND'],
  CostOfAMonth: ['NO_COST_HISTORY'],
  BulkOperation: ['NOT_FOUND'],
  CancelBulkOperation: ['NOT_FOUND'],
  SuspendSims: ['SIM_NOT_FOUND'],
  SendSms: ['SMS_NOT_ALLOWED'],
  SimApiError: ['SIM_API_ERROR'],
  SimNotFound: ['SIM_NOT_FOUND'],
  FeatureNotEnabled: ['FEATURE_NOT_ENABLED'],
  NoCostHistory: ['NO_COST_HISTORY'],
  NoBalanceHistory: ['NO_BALANCE_HISTORY'],
  NoDiagnostics: ['NO_DIAGNOSTICS'],
  TransitionNotAllowed: ['TRANSITION_NOT_ALLOWED'],
  SimLockedByAdmin: ['SIM_LOCKED_BY_ADMIN'],
  ImeiLockRefused: ['IMEI_LOCK_REFUSED'],
  DataLimitBelowUsage: ['DATA_LIMIT_BELOW_USAGE'],
  DataLimitReached: ['DATA_LIMIT_REACHED'],
  GroupNameForbidden: ['GROUP_NAME_FORBIDDEN'],
  SmsNotAllowed: ['SMS_NOT_ALLOWED'],
};

const folder = join(process.cwd(), 'schema', 'operations');

/** All examples, in the order of their file names. */
export const examples: readonly Example[] = readdirSync(folder)
  .sort()
  .map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const [operation] = parse(text).definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`${file} contains no operation`);
    const name = operation.name?.value ?? '';
    return { name, text, codes: shownCodes[name] ?? [] };
  });

/** All error codes of an answer: those of its errors, then those of refusals in the data. */
export function codesIn({ data, errors = [] }: { data?: unknown; errors?: AnswerError[] }): string[] {
  const codes = errors.map(({ extensions }) => extensions.code);
  for (const payload of Object.values(data ?? {})) {
    for (const { error } of (payload as Payload | null)?.results ?? []) if (error) codes.push(error.code);
  }
  return codes;
}

interface AnswerError {
  extensions: { code: string };
}

interface Payload {
  results?: { error?: { code: string } | null }[];
}
