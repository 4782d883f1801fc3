import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The settings of the CLI in the environment, besides those that are defaults of options. */
export interface Settings {
  /** API key or token; undefined if SIM_GATEWAY_KEY is empty or not set. */
  readonly key: string | undefined;
  /** Where the CLI keeps its files. */
  readonly folder: string;
}

export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const { SIM_GATEWAY_KEY: key, XDG_CONFIG_HOME: base = '' } = environment;
  return {
    key: key === '' ? undefined : key,
    // A relative path must be ignored, according to the XDG Base Directory Specification.
    folder: join(isAbsolute(base) ? base : join(homedir(), '.config'), 'sim-gateway'),
  };
}
