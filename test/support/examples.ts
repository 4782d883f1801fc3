import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, type ObjectFieldNode, parse, type VariableDefinitionNode, visit } from 'graphql';

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

/** An ICCID without a SIM, and a group name that the SIM API refuses: examples name both to show an error. */
const namedInVain: ReadonlySet<string> = new Set(['8937204999000000028', 'forbidden']);

/** What the examples name as existing: in their arguments, in the defaults of their variables, and in ids. */
export function namedInExamples(): { iccids: string[]; groups: string[]; searches: string[] } {
  const iccids = new Set<string>();
  const groups = new Set<string>();
  const searches = new Set<string>();
  for (const { name, text } of examples) {
    const record = (field: string, value: string) => {
      if (namedInVain.has(value)) return;
      const [, type, key] = /^(Sim|SimGroup):(.+)$/.exec(Buffer.from(value, 'base64url').toString()) ?? [];
      if (type !== undefined && key !== undefined) (type === 'Sim' ? iccids : groups).add(key);
      else if (/^\d{18,22}$/.test(value)) iccids.add(value);
      else if (field === 'search') searches.add(value);
      else if (/^groups?$/.test(field) || (name === 'GroupByName' && field === 'name')) groups.add(value);
    };
    visit(parse(text), {
      [Kind.OBJECT_FIELD]({ name: field, value }: ObjectFieldNode) {
        const items = value.kind === Kind.LIST ? value.values : [value];
        for (const item of items) if (item.kind === Kind.STRING) record(field.value, item.value);
      },
      [Kind.VARIABLE_DEFINITION]({ variable, defaultValue }: VariableDefinitionNode) {
        // SetSimsGroup names a new group in a variable.
        const field = variable.name.value === 'group' ? '' : variable.name.value;
        const items = defaultValue?.kind === Kind.LIST ? defaultValue.values : [defaultValue];
        for (const item of items) if (item?.kind === Kind.STRING) record(field, item.value);
      },
    });
  }
  return { iccids: [...iccids], groups: [...groups], searches: [...searches] };
}

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
