import * as z from 'zod';
import { hostListRule, isHostList } from '../base/host-rule.ts';

/** What the sandbox is started with. */
export interface SandboxSettings {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Names by which the sandbox is reached, beside those of loopback: a list as `createHostRule` takes it. */
  readonly allowedHosts: string | undefined;
  /** How many SIMs the default world has. */
  readonly sims: number;
  readonly seed: string;
}

/** The seed of every world that names none. */
export const DEFAULT_SEED = 'amber';

/** The smallest world: as many SIMs as there are special ones. */
export const MIN_SIMS = 10;

/** The biggest world. */
export const MAX_SIMS = 1_000_000;

const wholeNumber = (min: number, max: number, absent: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`))
    .default(absent);

const environmentSchema = z.object({
  SANDBOX_HOST: z.string().min(1).default('127.0.0.1'),
  SANDBOX_PORT: wholeNumber(0, 65_535, 4001),
  SANDBOX_ALLOWED_HOSTS: z.string().refine(isHostList, hostListRule).optional(),
  SANDBOX_SIMS: wholeNumber(MIN_SIMS, MAX_SIMS, 2000),
  SANDBOX_SEED: z.string().min(1).default(DEFAULT_SEED),
});

/** Reads the settings from the environment. Errors: one that lists every fault, a line for each. */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): SandboxSettings {
  const read = environmentSchema.safeParse(environment);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `  ${path.join('.')} ${message}`);
    throw new Error(`Settings that do not fit:\n${faults.join('\n')}`);
  }
  const { SANDBOX_HOST, SANDBOX_PORT, SANDBOX_ALLOWED_HOSTS, SANDBOX_SIMS, SANDBOX_SEED } = read.data;
  return {
    host: SANDBOX_HOST,
    port: SANDBOX_PORT,
    allowedHosts: SANDBOX_ALLOWED_HOSTS,
    sims: SANDBOX_SIMS,
    seed: SANDBOX_SEED,
  };
}
