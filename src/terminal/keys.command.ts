import { Command, InvalidArgumentError } from 'commander';
import { type Admin, type ApiKey, adminUrlOf, createAdmin } from './admin.ts';
import { adminTokenFor, DEFAULT_TOKEN_FILE } from './admin-token.ts';
import { someOf } from './choices.ts';
import { EXIT, EXIT_CODES_HELP, type ExitCode } from './exit-codes.ts';
import { Refused, Unreachable } from './gateway.ts';
import { KEY_LIST } from './key-list.ts';
import { addListOptions, type ListOptions, openList } from './list.ts';
import { isExposed } from './loopback.ts';
import {
  type CommandText,
  type CommonOptions,
  createCommand,
  reportFailure,
  type Session,
  withSession,
} from './session.ts';
import { readDuration, readUntil } from './since.ts';
import { count } from './words.ts';

const SCOPES = ['READ', 'COST', 'CONTROL', 'SMS', 'CLOSE', 'AUDIT', 'PERSONAL'];

interface KeyOptions extends CommonOptions {
  readonly adminTokenFile?: string;
}

export function keysCommand(): Command {
  const command = new Command('keys')
    .summary('create, list, rotate and revoke the API keys of a gateway')
    .description(
      'Manages the API keys of a gateway that runs with AUTH=apikey. It needs the admin token of the gateway.',
    )
    .addHelpText(
      'after',
      `
Examples:
  KEY=$(sim-gateway keys create dashboard --scopes READ,COST)
  sim-gateway keys list
  sim-gateway keys revoke dashboard
${EXIT_CODES_HELP}`,
    );
  for (const each of [createKeyCommand(), listCommand(), rotateCommand(), revokeCommand()])
    command.addCommand(each);
  return command;
}

/** Creates a command below `keys`. */
function adminCommand(text: CommandText): Command {
  return createCommand(text).option(
    '--admin-token-file <file>',
    `file with the admin token; default: the token in SIM_GATEWAY_ADMIN_TOKEN, then ${DEFAULT_TOKEN_FILE} for a gateway on this machine`,
  );
}

function createKeyCommand(): Command {
  return adminCommand({
    name: 'create',
    summary: 'create an API key and print it',
    description: `Creates an API key and prints it alone on the standard output. It is shown only this once: the gateway stores its hash.
The name identifies the caller in the audit log, so no other key can ever have it, not even after a revocation.`,
    examples: [
      'sim-gateway keys create dashboard --scopes READ,COST',
      '# a key of a script, for two groups and 90 days',
      'KEY=$(sim-gateway keys create night-job --scopes READ,CONTROL --groups Meters,Pilot --expires 90d)',
    ],
  })
    .argument('<name>', 'name of the key: letters, digits, _ . -', keyName)
    .requiredOption(
      '--scopes <list>',
      `what it may do, separated by commas: ${SCOPES.join(', ')}`,
      someOf(SCOPES),
    )
    .option(
      '--groups <list>',
      'the only groups whose SIMs it may read and change, separated by commas',
      groups,
    )
    .option(
      '--expires <time>',
      'when it expires: 90d, 12w, or a date such as 2027-01-31 (default: never)',
      readUntil,
    )
    .action(async (name: string, options: KeyOptions & NewKeyOptions) => {
      const { scopes, groups: limits = null, expires = null } = options;
      await withAdmin(options, async ({ session, admin }) => {
        const created = await admin.create({ name, scopes, groups: limits, expiresAt: expires });
        await printKey(session, created);
        session.screen.say(
          `Created. It identifies itself as key:${name}. This is the only time that it is shown.`,
        );
      });
    });
}

interface NewKeyOptions {
  readonly scopes: readonly string[];
  readonly groups?: readonly string[];
  readonly expires?: string;
}

function listCommand(): Command {
  const command = adminCommand({
    name: 'list',
    summary: 'list the API keys, also revoked ones',
    description: `Lists the API keys, oldest first, with their scopes and their last use. The keys themselves are stored nowhere; the id is the
part of a key after simgw_, which shows the name of a key that was found somewhere.`,
    examples: [
      'sim-gateway keys list',
      '# names of keys that have not been used',
      "sim-gateway keys list --json | jq -r 'select(.lastUsedAt == null) | .name'",
    ],
  });
  return addListOptions(command, KEY_LIST).action(async (options: KeyOptions & ListOptions) => {
    await withAdmin(options, async ({ session, admin }) => {
      const { keys } = await admin.list();
      await openList(session, KEY_LIST, options).print(keys);
    });
  });
}

function rotateCommand(): Command {
  return adminCommand({
    name: 'rotate',
    summary: 'replace an API key by a new one of the same name',
    description: `Replaces an API key and prints the new one alone on the standard output. The name, the scopes, the groups and the time of
expiry stay. The replaced key is refused within 5 seconds, or after the overlap.`,
    examples: [
      '# after a leak',
      'sim-gateway keys rotate dashboard',
      '# time to give the new key to its programs',
      'KEY=$(sim-gateway keys rotate night-job --overlap 1h)',
    ],
  })
    .argument('<name>', 'name of the key', keyName)
    .option(
      '--overlap <duration>',
      'how long the replaced key stays valid, for example 1h; at most 7d',
      readDuration,
      0,
    )
    .action(async (name: string, options: KeyOptions & { readonly overlap: number }) => {
      await withAdmin(options, async ({ session, admin }) => {
        const rotated = await admin.rotate(name, options.overlap);
        await printKey(session, rotated);
        const until = rotated.previousUntil;
        session.screen.say(
          until === null
            ? 'Rotated. The replaced key is refused within 5 seconds.'
            : `Rotated. The replaced key is valid until ${until}.`,
        );
      });
    });
}

function revokeCommand(): Command {
  return adminCommand({
    name: 'revoke',
    summary: 'revoke an API key and cancel what it has started',
    description: `Revokes an API key for ever: every gateway on the same database refuses it within 5 seconds. The bulk operations that it has
started are cancelled: SIMs that were not sent yet will not be. It can be repeated.`,
    examples: [
      'sim-gateway keys revoke dashboard',
      '# its bulk operations go on',
      'sim-gateway keys revoke night-job --keep-operations',
    ],
  })
    .argument('<name>', 'name of the key', keyName)
    .option('--keep-operations', 'do not cancel its bulk operations')
    .action(async (name: string, options: KeyOptions, command: Command) => {
      const cancelsOperations = command.getOptionValue('keepOperations') !== true;
      await withAdmin(options, async ({ session: { screen, isJson }, admin }) => {
        const revoked = await admin.revoke(name, cancelsOperations);
        if (isJson) await screen.printJson(revoked);
        const canceled = revoked.canceledOperations;
        screen.say(
          `Revoked. Cancelled: ${count(canceled)} bulk ${canceled === 1 ? 'operation' : 'operations'}.`,
        );
      });
    });
}

interface AdminSession {
  readonly session: Session;
  readonly admin: Admin;
}

/** Runs a command and sets the exit code: 0, 2 if the gateway refuses it, 3 if no gateway answers. */
async function withAdmin(options: KeyOptions, work: (admin: AdminSession) => Promise<void>): Promise<void> {
  const url = adminUrlOf(options.url);
  const token = adminTokenFor(url, options.adminTokenFile);
  await withSession(options, async (session): Promise<ExitCode> => {
    if (isExposed(url))
      session.screen.say([
        { text: `The admin token is sent to ${url.host} without encryption: use https.`, style: 'warn' },
      ]);
    try {
      await work({ session, admin: createAdmin(url, token) });
      return EXIT.succeeded;
    } catch (error) {
      const code = reportFailure(session, error);
      if (error instanceof Unreachable && error.mayHaveArrived)
        session.screen.say('It may have been carried out: sim-gateway keys list shows it.');
      return error instanceof Refused ? EXIT.refused : code;
    }
  });
}

/** Prints the key alone, or the whole answer as JSON. */
async function printKey(
  { screen, isJson }: Session,
  shown: ApiKey & { readonly key: string },
): Promise<void> {
  if (isJson) await screen.printJson(shown);
  else await screen.print(shown.key);
}

function keyName(text: string): string {
  if (text.includes('simgw_')) {
    throw new InvalidArgumentError('This is an API key, not its name: keys list shows names by their ids.');
  }
  if (/^\w[\w.-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError(
    'A name has 1 to 64 characters: letters, digits, _ and, after the first, . and -',
  );
}

function groups(text: string, before: readonly string[] = []): readonly string[] {
  const named = text.split(',').map((name) => name.trim());
  if (named.includes('')) throw new InvalidArgumentError('A group has no name.');
  return [...new Set([...before, ...named])];
}
