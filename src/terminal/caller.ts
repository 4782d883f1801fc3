import type { Command } from 'commander';
import { findCredentials } from './credentials.ts';
import type { ExitCode } from './exit-codes.ts';
import { type CommandText, type CommonOptions, createCommand, type Session, withSession } from './session.ts';

/** The options of commands that call the gateway as a caller with an API key or token. */
export interface CallerOptions extends CommonOptions {
  readonly key?: string;
}

/** Creates a command with the common options and --key. */
export function createCallerCommand(text: CommandText): Command {
  return createCommand(text).option(
    '--key <key>',
    'API key or token (default: SIM_GATEWAY_KEY, then the stored login for the URL; see sim-gateway login). Other users of this computer can see it in the list of processes',
  );
}

/** Like `withSession`, with the key or token of the caller. Errors: WrongUsage. */
export async function withCaller(
  options: CallerOptions,
  work: (session: Session) => Promise<ExitCode>,
): Promise<void> {
  const credentials = findCredentials(options.url, options.key);
  await withSession(
    options,
    (session) => {
      if (credentials?.isExposed)
        session.screen.say([
          {
            text: `The key of ${credentials.from} is sent to ${new URL(options.url).host} without encryption: use https.`,
            style: 'warn',
          },
        ]);
      return work(session);
    },
    credentials,
  );
}
