import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse } from 'graphql';

/** One of schema/operations. */
interface Example {
  readonly name: string;
  readonly text: string;
  /** The error codes that it is there to show, in the order in which they come. */
  readonly codes: readonly string[];
}

/** What an example is there to show; one that is not named here shows no error. */
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

/** Every example, in the order of the files. */
export const examples: readonly Example[] = readdirSync(folder)
  .sort()
  .map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const [operation] = parse(text).definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`${file} holds no operation`);
    const name = operation.name?.value ?? '';
    return { name, text, codes: shownCodes[name] ?? [] };
  });

/** Every error code in an answer: of its errors, then of refusals that are data. */
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
