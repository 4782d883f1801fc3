import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The settings of the CLI in the environment, besides those that are defaults of options. */
export interface Settings {
  /** API key or token; undefined if SIM_GATEWAY_KEY is empty or not set. */
  readonly key: string | undefined;
  /** Where the CLI keeps its files. */
  readonly folder: string;
  /** The command as it was typed: npx, or a link to it. */
  readonly program: string;
  /** Whether the terminal cannot move its cursor, as in an editor. */
  readonly isDumbTerminal: boolean;
}

export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const { SIM_GATEWAY_KEY: key, XDG_CONFIG_HOME: base = '', TERM, npm_command } = environment;
  return {
    key: key === '' ? undefined : key,
    // A relative path must be ignored, according to the XDG Base Directory Specification.
    folder: join(isAbsolute(base) ? base : join(homedir(), '.config'), 'sim-gateway'),
    program: npm_command === 'exec' ? 'npx sim-gateway' : 'sim-gateway',
    isDumbTerminal: TERM === 'dumb',
  };
}
