import { Command, InvalidArgumentError, Option } from 'commander';
import { EXIT, EXIT_CODES_HELP, type ExitCode } from './exit-codes.ts';
import { createGateway, type Gateway, type GatewayError, Refused, Unreachable } from './gateway.ts';
import { openScreen, type Screen } from './screen.ts';
import { count } from './words.ts';

/** What a command works with. */
export interface Session {
  readonly gateway: Gateway;
  readonly screen: Screen;
  /** Whether the result is for a program. */
  readonly isJson: boolean;
}

/** The options that all commands have, as commander gives them. */
export interface CommonOptions {
  readonly url: string;
  readonly json?: boolean;
  readonly color: boolean;
}

/** What a command is, apart from its own arguments and options. */
export interface CommandText {
  readonly name: string;
  readonly summary: string;
  /** What it does, in a few sentences; line ends mean nothing. */
  readonly description: string;
  /** Lines to copy; what begins with `#` says what the next one does. */
  readonly examples: readonly string[];
}

/** A command with the options that all commands have, and examples under its help. */
export function createCommand({ name, summary, description, examples }: CommandText): Command {
  return new Command(name)
    .summary(summary)
    .description(description.replaceAll('\n', ' '))
    .addOption(
      new Option('--url <url>', 'where the gateway is')
        .env('SIM_GATEWAY_URL')
        .default('http://127.0.0.1:4000/graphql')
        .argParser(gatewayUrl),
    )
    .option('--json', 'print JSON for programs, one object in a line')
    .option('--no-color', 'no colour; NO_COLOR in the environment does the same')
    .addHelpText(
      'after',
      `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}\n${EXIT_CODES_HELP}`,
    );
}

/** Runs a command's work and sets the exit code: what it gives, or what the gateway's refusal or silence means. */
export async function withSession(
  options: CommonOptions,
  work: (session: Session) => Promise<ExitCode>,
): Promise<void> {
  const session = {
    gateway: createGateway(options.url),
    screen: openScreen(options),
    isJson: options.json === true,
  };
  try {
    process.exitCode = await work(session);
  } catch (error) {
    process.exitCode = reportFailure(session, error);
  } finally {
    session.screen.close();
  }
}

/** Tells why something did not come about, and gives what to end with. Errors: what is neither a refusal nor silence. */
export function reportFailure({ gateway, screen }: Session, error: unknown): ExitCode {
  if (error instanceof Refused) {
    const later = error.isRetryable ? ' The same may succeed later.' : '';
    screen.say([{ text: error.code, style: 'bad' }, { text: `: ${error.message}${later}` }]);
    return EXIT.notAll;
  }
  if (!(error instanceof Unreachable)) throw error;
  screen.say([
    { text: `No gateway answers at ${gateway.url}`, style: 'bad' },
    { text: ` (${error.message}). Where it is, --url or SIM_GATEWAY_URL says.` },
  ]);
  return EXIT.unreachable;
}

/** Tells of what an answer lacks, each code once. */
export function reportErrors({ screen }: Session, errors: readonly GatewayError[]): void {
  const byCode = new Map<string, { message: string; times: number }>();
  for (const { message, extensions } of errors) {
    const code = extensions?.code ?? 'INTERNAL_SERVER_ERROR';
    const known = byCode.get(code);
    if (known) known.times += 1;
    else byCode.set(code, { message, times: 1 });
  }
  for (const [code, { message, times }] of byCode) {
    const more = times > 1 ? ` (and ${count(times - 1)} more with this code)` : '';
    screen.say([{ text: code, style: 'bad' }, { text: `: ${message}${more}` }]);
  }
}

/** An option's whole number of at least 1. */
export function positiveCount(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || !Number.isSafeInteger(number)) {
    throw new InvalidArgumentError('It must be a whole number of at least 1.');
  }
  return number;
}

function gatewayUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('It must be an http or https address.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidArgumentError('It must have no user name and no password in it.');
  }
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}
