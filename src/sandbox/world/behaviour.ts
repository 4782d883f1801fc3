import * as z from 'zod';

const settleMs = z
  .strictObject({ min: z.int().min(0), max: z.int().min(0) })
  .refine(({ min, max }) => min <= max, 'min must not be above max');

/** Behaviour of a world that the contract leaves open; docs/sandbox.md documents each setting. */
export const behaviourSchema = z.strictObject({
  refusedBulk: z.enum(['changesNothing', 'changesThoseBefore']),
  putAnswer: z.enum(['sim', 'message', 'ok', 'empty']),
  putStatus: z.union([z.literal(200), z.literal(202)]),
  order: z.enum(['stable', 'shuffled']),
  costsWithoutHistory: z.enum(['omit', 'refuse']),
  missingSims: z.enum(['omit', 'refuse']),
  expiresIn: z.enum(['number', 'string']),
  times: z.enum(['milliseconds', 'seconds']),
  errorStatus: z.int().min(200).max(599),
  refresh: z.enum(['accept', 'refuse']),
  liveTokens: z.enum(['many', 'one']),
  tokenLifetimeSeconds: z.number().min(0),
  settleMs,
  pageSize: z.int().min(1).max(1000),
  maxUrlBytes: z.int().min(1),
  maxUrlStatus: z.union([z.literal(414), z.literal(431)]),
  diagnostics: z.enum(['ordered', 'notOrdered']),
  esim: z.enum(['enabled', 'disabled']),
  accountAlert: z.enum(['none', 'lowBalance']),
  oldClients: z.enum(['refuse', 'accept']),
});

export type Behaviour = z.infer<typeof behaviourSchema>;

/** The behaviour of a world that is created without settings. */
export const defaultBehaviour: Behaviour = {
  refusedBulk: 'changesNothing',
  putAnswer: 'sim',
  putStatus: 200,
  order: 'stable',
  costsWithoutHistory: 'omit',
  missingSims: 'omit',
  expiresIn: 'number',
  times: 'milliseconds',
  errorStatus: 400,
  refresh: 'accept',
  liveTokens: 'many',
  tokenLifetimeSeconds: 604_799,
  settleMs: { min: 2000, max: 6000 },
  pageSize: 1000,
  maxUrlBytes: 65_536,
  maxUrlStatus: 414,
  diagnostics: 'ordered',
  esim: 'enabled',
  accountAlert: 'none',
  oldClients: 'refuse',
};
