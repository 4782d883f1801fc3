import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { checkedKey } from './credentials.ts';
import { EXIT, type ExitCode, WrongUsage } from './exit-codes.ts';
import { createGateway } from './gateway.ts';
import { openLogins } from './logins.ts';
import { isExposed } from './loopback.ts';
import type { Screen } from './screen.ts';
import {
  type CommonOptions,
  createCommand,
  reportFailure,
  type Session,
  sayError,
  withSession,
} from './session.ts';
import { readSettings } from './settings.ts';
import { readViewer } from './viewer.ts';

export function loginCommand(): Command {
  return createCommand({
    name: 'login',
    summary: 'store an API key or token for a gateway',
    description: `Asks for an API key or a token, or reads it from the standard input, and stores it after the gateway has accepted it. The other
commands send it to this gateway only: to the same scheme, host and port. It is stored in
$XDG_CONFIG_HOME/sim-gateway/credentials.json (~/.config without XDG_CONFIG_HOME), which only you can read.`,
    examples: [
      'sim-gateway login --url https://sims.example.com',
      '# from a password manager',
      'pass show sim-gateway | sim-gateway login --url https://sims.example.com',
    ],
  }).action(async (options: CommonOptions) => {
    if (isExposed(new URL(options.url))) {
      throw new WrongUsage(
        'A login is stored for https and for loopback addresses only: by http others could read the key. --key and SIM_GATEWAY_KEY send it all the same.',
      );
    }
    await withSession(options, login);
  });
}

async function login(session: Session): Promise<ExitCode> {
  const { gateway, screen, isJson } = session;
  const typed = await readKey(screen);
  if (typed === undefined) return EXIT.interrupted;
  const credentials = { key: checkedKey(typed, 'The input'), from: 'the input', isExposed: false };
  const { origin } = new URL(gateway.url);
  const { key: fromEnvironment, folder } = readSettings();
  const logins = openLogins(folder);
  // Reports a file that cannot be used before the key is sent.
  logins.keyFor(origin);
  try {
    const viewer = await readViewer(createGateway(gateway.url, credentials.key));
    if (viewer.method === 'NONE') {
      const message = `${origin} does not authenticate callers, and has not verified the key. Nothing was stored.`;
      sayError(session, { code: 'NO_AUTHENTICATION', message }, message);
      return EXIT.refused;
    }
    logins.store(origin, credentials.key);
    if (isJson) await screen.printJson(viewer);
    const { actor, scopes, environment } = viewer;
    screen.say(`Logged in to ${origin} (${environment}) as ${actor}: ${scopes.join(', ') || 'no scope'}.`);
    if (fromEnvironment !== undefined)
      screen.say([{ text: 'SIM_GATEWAY_KEY is set: commands use it in place of the login.', style: 'warn' }]);
    return EXIT.succeeded;
  } catch (error) {
    if (error instanceof WrongUsage) throw error;
    const code = reportFailure({ ...session, credentials }, error);
    screen.say('Nothing was stored.');
    return code;
  }
}

/** Asks for the key without an echo, or reads it from the standard input. Undefined after Ctrl-C. Errors: WrongUsage. */
async function readKey(screen: Screen): Promise<string | undefined> {
  if (!process.stdin.isTTY) return text(process.stdin);
  if (screen.canAsk()) return screen.askSecret('API key or token (it is not shown): ');
  throw new WrongUsage('The key cannot be asked for: the standard error is not a terminal.');
}

export function logoutCommand(): Command {
  return createCommand({
    name: 'logout',
    summary: 'delete the stored API key or token of a gateway',
    description: `Deletes what login has stored for this gateway. The key or token stays valid: sim-gateway keys revoke ends it.`,
    examples: ['sim-gateway logout --url https://sims.example.com'],
  }).action(async (options: CommonOptions) => {
    await withSession(options, async ({ gateway, screen }) => {
      const { origin } = new URL(gateway.url);
      const wasStored = openLogins(readSettings().folder).remove(origin);
      screen.say(wasStored ? `Logged out of ${origin}.` : `No login is stored for ${origin}.`);
      return EXIT.succeeded;
    });
  });
}
