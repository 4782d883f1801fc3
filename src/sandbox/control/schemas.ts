import * as z from 'zod';
import { TOKEN_PATH } from '../api/oauth.ts';
import { routes } from '../api/routes.ts';
import { DEFAULT_SEED, MAX_SIMS, MIN_SIMS } from '../settings.ts';
import { behaviourSchema } from '../world/behaviour.ts';
import { faultSchema } from '../world/fault.list.ts';

const MAX_RATE = 1_000_000;
const MAX_ADVANCE_MS = 10 * 366 * 86_400_000;

/** An instant in epoch milliseconds or ISO 8601, parsed to milliseconds. */
const instant = z.union([
  z.int().min(0).max(8.64e15),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
]);
const rate = z.number().min(0).max(MAX_RATE);

/** Renames the field `manners`, the name of `behaviour` in 0.1; accepted through 0.2.x. */
function withBehaviour(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('manners' in body) || 'behaviour' in body) return body;
  const { manners, ...rest } = body;
  return { ...rest, behaviour: manners };
}

const worldFields = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ . -')
    .optional(),
  sims: z.int().min(MIN_SIMS).max(MAX_SIMS).default(100),
  seed: z.string().min(1).default(DEFAULT_SEED),
  special: z.boolean().default(true),
  behaviour: behaviourSchema.partial().default({}),
  clock: z.strictObject({ startAt: instant.optional(), rate: rate.default(1) }).default({ rate: 1 }),
});

/** Options of a new world; every field has a default. */
export const worldSchema = z.preprocess(withBehaviour, worldFields);

/** Behaviour settings to change; the others keep their values. */
export const behaviourPatchSchema = behaviourSchema.partial();

/** One fault on a path of the SIM API. */
export const pathFaultSchema = faultSchema.superRefine(({ path, method }, context) => {
  const allowed = path === '*' ? method : methodOf(path);
  if (allowed === undefined && path !== '*') {
    const message = `must be * or one of ${[...routes.keys(), TOKEN_PATH].sort().join(', ')}`;
    context.addIssue({ code: 'custom', path: ['path'], message });
  } else if (method !== allowed && method !== undefined) {
    context.addIssue({ code: 'custom', path: ['method'], message: `must be ${allowed} for ${path}` });
  }
});

function methodOf(path: string): string | undefined {
  return path === TOKEN_PATH ? 'POST' : routes.get(path)?.method;
}

/** Moves a clock forward, by a duration or to an instant, or sets its rate. */
export const clockSchema = z
  .strictObject({
    advanceMs: z.int().min(0).max(MAX_ADVANCE_MS).optional(),
    to: instant.optional(),
    rate: rate.optional(),
  })
  .refine(({ advanceMs, to }) => advanceMs === undefined || to === undefined, {
    message: 'advanceMs and to cannot both be set',
    path: ['to'],
  });

/** Wire fields of a SIM; `$remove` names fields to leave out. */
export const simPatchSchema = z.object({ $remove: z.array(z.string()).default([]) }).catchall(z.unknown());

export const addSimsSchema = z.strictObject({ count: z.int().min(1).max(MAX_SIMS) });
