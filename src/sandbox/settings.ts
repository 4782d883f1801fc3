import * as z from 'zod';
import { ConfigError } from '../base/config-error.ts';
import { hostListRule, isHostList } from '../base/host-rule.ts';
import { faultOfMisspelt, misspeltSettings } from '../base/misspelt-settings.ts';

export interface SandboxSettings {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Host names by which clients reach the sandbox, besides the loopback names: a list in the form of `createHostRule`. */
  readonly allowedHosts: string | undefined;
  /** Number of SIMs of the default world. */
  readonly sims: number;
  readonly seed: string;
}

/** The seed of every world that is created without one. */
export const DEFAULT_SEED = 'amber';

/** Minimum size of a world: the number of special SIMs. */
export const MIN_SIMS = 10;

/** Minimum size of the default world: the special SIMs, and the SIMs that the examples in schema/operations name. */
const MIN_DEFAULT_SIMS = 50;

export const MAX_SIMS = 1_000_000;

const wholeNumber = (min: number, max: number, absent: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`))
    .default(absent);

const environmentSchema = z.object({
  SANDBOX_HOST: z.string().min(1).default('127.0.0.1'),
  SANDBOX_PORT: wholeNumber(0, 65_535, 4001),
  SANDBOX_ALLOWED_HOSTS: z.string().refine(isHostList, hostListRule).optional(),
  SANDBOX_SIMS: wholeNumber(MIN_DEFAULT_SIMS, MAX_SIMS, 2000),
  SANDBOX_SEED: z.string().min(1).default(DEFAULT_SEED),
});

/** Reads the settings from the environment; an empty value counts as not set. Errors: ConfigError with all faults at once. */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): SandboxSettings {
  const given = Object.entries(environment).filter(([, value]) => value !== '');
  const read = environmentSchema.safeParse(Object.fromEntries(given));
  const faults = (read.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);
  faults.push(...misspeltSettings(environment, Object.keys(environmentSchema.shape)).map(faultOfMisspelt));
  if (!read.success || faults.length > 0) throw new ConfigError(faults);
  const { SANDBOX_HOST, SANDBOX_PORT, SANDBOX_ALLOWED_HOSTS, SANDBOX_SIMS, SANDBOX_SEED } = read.data;
  return {
    host: SANDBOX_HOST,
    port: SANDBOX_PORT,
    allowedHosts: SANDBOX_ALLOWED_HOSTS,
    sims: SANDBOX_SIMS,
    seed: SANDBOX_SEED,
  };
}
