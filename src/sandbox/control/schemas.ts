import * as z from 'zod';
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

/** One fault or several. */
export const faultsSchema = z
  .union([z.array(z.unknown()), z.unknown().transform((fault) => [fault])])
  .pipe(z.array(faultSchema));

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
