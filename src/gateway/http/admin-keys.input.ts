import * as z from 'zod';
import { apiKeyPrefix, type Scope, scopes } from '../../auth/index.ts';
import { textFault } from '../../base/text-fault.ts';
import { badUserInput } from '../../errors/index.ts';
import type { NewKeyInput } from '../api-key/api-key.actions.ts';

const maxOverlapSeconds = 7 * 86_400;
const maxGroups = 100;
const maxGroupLength = 255;

const keyName = z
  .string({ error: 'must be a text' })
  .regex(/^\w[\w.-]{0,63}$/, {
    error: 'must have 1 to 64 characters: letters, digits, _ and, after the first, . and -',
  })
  // Names are stored and logged.
  .refine((name) => !name.includes(apiKeyPrefix), { error: 'must not be an API key' });

const scopesRule = `must be one or more of ${scopes.join(', ')}`;
const scopeList = z
  .array(z.enum(scopes, { error: `must be one of ${scopes.join(', ')}` }), { error: scopesRule })
  .min(1, { error: scopesRule })
  .max(100, { error: scopesRule })
  .transform((list): Scope[] => scopes.filter((scope) => list.includes(scope)));

const groupRule = `must be a text of 1 to ${maxGroupLength} characters`;
const group = z
  .string({ error: groupRule })
  .min(1, { error: groupRule })
  .max(maxGroupLength, { error: groupRule })
  .refine((text) => textFault(text) === null, { error: groupRule });

const groupsRule = `must be a list of 1 to ${maxGroups} groups, or null for all SIMs`;
const groupList = z
  .array(group, { error: groupsRule })
  .min(1, { error: groupsRule })
  .max(maxGroups, { error: groupsRule })
  .transform((list) => [...new Set(list)]);

const expiryRule = 'must be a time in the future with a time zone, for example 2027-01-31T00:00:00Z';
const expiry = z.iso
  .datetime({ offset: true, error: expiryRule })
  .transform((text) => new Date(text))
  .refine((at) => at.getTime() > Date.now(), { error: expiryRule });

const newKey = z.strictObject({
  name: keyName,
  scopes: scopeList,
  groups: groupList.nullish(),
  expiresAt: expiry.nullish(),
});

const overlapRule = `must be a whole number of seconds from 0 to ${maxOverlapSeconds}`;
const rotation = z.strictObject({
  overlapSeconds: z
    .int({ error: overlapRule })
    .min(0, { error: overlapRule })
    .max(maxOverlapSeconds, { error: overlapRule })
    .default(0),
});

/** Whether a key may have this name. An API key in the place of its name must not be stored or logged. */
export function isKeyName(text: string): boolean {
  return keyName.safeParse(text).success;
}

/** Errors: BAD_USER_INPUT, which names the field and the rule. */
export function readNewKey(body: unknown): NewKeyInput {
  const { name, scopes, groups = null, expiresAt = null } = parse(newKey, body);
  return { name, scopes, groups, expiresAt };
}

/** The overlap in seconds; 0 without a body. Errors: BAD_USER_INPUT. */
export function readRotation(body: unknown): number {
  return parse(rotation, body ?? {}).overlapSeconds;
}

/**
 * Whether the unfinished bulk operations of the key are cancelled: always, unless `keepOperations` is true. `query` begins with a
 * question mark, or is empty. Errors: BAD_USER_INPUT.
 */
export function readRevocation(query: string): boolean {
  let cancelsOperations = true;
  for (const [name, value] of new URLSearchParams(query)) {
    if (name !== 'keepOperations') throw badUserInput(shortened(name), 'is not a parameter of this request');
    if (value !== 'true' && value !== 'false') throw badUserInput(name, 'must be true or false');
    cancelsOperations = value === 'false';
  }
  return cancelsOperations;
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys')
    // A field with a wrong name would have no effect: a key with `expires` would never expire.
    throw badUserInput(shortened(issue.keys[0] ?? ''), 'is not a field of this request');
  if (issue === undefined || issue.path.length === 0)
    throw badUserInput('The request body', 'must be a JSON object');
  throw badUserInput(fieldOf(issue.path), issue.message);
}

/** For example `groups[3]`. */
function fieldOf(path: readonly PropertyKey[]): string {
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : String(step))).join('');
}

function shortened(name: string): string {
  return JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name);
}
