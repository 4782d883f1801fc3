import { Command, InvalidArgumentError, Option } from 'commander';
import type { Credentials } from './credentials.ts';
import { errorJson, type PrintedError } from './error-json.ts';
import { EXIT, EXIT_CODES_HELP, type ExitCode } from './exit-codes.ts';
import { createGateway, type Gateway, type GatewayError, Refused, Unreachable } from './gateway.ts';
import { type Line, openScreen, type Screen } from './screen.ts';
import { count } from './words.ts';

export interface Session {
  readonly gateway: Gateway;
  readonly screen: Screen;
  /** Whether the result is printed as JSON. */
  readonly isJson: boolean;
  /** Null: the caller has given none. Undefined: the command does not use any. */
  readonly credentials?: Credentials | null;
  /** What is missing in the result, because the caller lacks the scope. */
  readonly leftOut: Set<LeftOut>;
}

/** The scopes without which a command still has a result. */
export type LeftOut = 'COST' | 'PERSONAL';

/** The options of all commands, as commander parses them. */
export interface CommonOptions {
  readonly url: string;
  readonly json?: boolean;
  readonly color: boolean;
}

/** The texts of a command's help. */
export interface CommandText {
  readonly name: string;
  readonly summary: string;
  /** A few sentences; line ends become spaces. */
  readonly description: string;
  /** Command lines; a line that begins with `#` describes the next one. */
  readonly examples: readonly string[];
}

/** Creates a command with the common options, and examples below its help. */
export function createCommand({ name, summary, description, examples }: CommandText): Command {
  return new Command(name)
    .summary(summary)
    .description(description.replaceAll('\n', ' '))
    .addOption(
      new Option('--url <url>', 'URL of the gateway')
        .env('SIM_GATEWAY_URL')
        .default('http://127.0.0.1:4000/graphql')
        .argParser(gatewayUrl),
    )
    .option('--json', 'print JSON, one object per line')
    .option('--no-color', 'print without colour; NO_COLOR in the environment has the same effect')
    .addHelpText(
      'after',
      `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}\n${EXIT_CODES_HELP}`,
    );
}

/** Runs a command and sets the exit code: that of `work`, or that of its error (see `reportFailure`). */
export async function withSession(
  options: CommonOptions,
  work: (session: Session) => Promise<ExitCode>,
  credentials?: Credentials | null,
): Promise<void> {
  const session: Session = {
    gateway: createGateway(options.url, credentials?.key),
    screen: openScreen(options),
    isJson: options.json === true,
    ...(credentials !== undefined && { credentials }),
    leftOut: new Set(),
  };
  try {
    process.exitCode = await work(session);
  } catch (error) {
    process.exitCode = reportFailure(session, error);
  } finally {
    session.screen.close();
  }
}

/**
 * Prints a Refused or Unreachable error and returns its exit code. `idempotencyKey` is that of a change that may have been made: only a
 * repetition with that key is safe. Rethrows other errors.
 */
export function reportFailure(session: Session, error: unknown, idempotencyKey?: string): ExitCode {
  const { url } = session.gateway;
  if (error instanceof Refused) {
    const mayBeMade = idempotencyKey !== undefined;
    sayError(
      session,
      {
        ...jsonOf(error),
        ...(mayBeMade && { retryable: false, mayHaveArrived: true, idempotencyKey }),
      },
      [
        { text: error.code, style: 'bad' },
        { text: `: ${refusalText(session, error, { mayBeRepeated: !mayBeMade })}` },
      ],
    );
    if (error.isUnauthorized) return EXIT.unauthorized;
    return error.code === 'BAD_USER_INPUT' ? EXIT.refused : EXIT.notAll;
  }
  if (!(error instanceof Unreachable)) throw error;
  const { message, mayHaveArrived } = error;
  const said = `No gateway answers at ${url}`;
  sayError(
    session,
    {
      code: 'UNREACHABLE',
      message: `${said} (${message}).`,
      url,
      retryable: idempotencyKey === undefined,
      mayHaveArrived,
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    },
    [{ text: said, style: 'bad' }, { text: ` (${message}). --url or SIM_GATEWAY_URL sets the URL.` }],
  );
  return EXIT.unreachable;
}

function refusalText(
  { gateway, credentials }: Session,
  error: Refused,
  { mayBeRepeated }: { mayBeRepeated: boolean },
): string {
  const { code, message, isRetryable, requiredScopes } = error;
  if (code === 'UNAUTHENTICATED' && credentials !== undefined) {
    const why = credentials
      ? `refused the key of ${credentials.from}: it is wrong, expired or revoked`
      : 'needs an API key or a token';
    return `The gateway at ${gateway.url} ${why}. To give one: sim-gateway login --url ${new URL(gateway.url).origin}, or SIM_GATEWAY_KEY, or --key.`;
  }
  // The message names the scopes.
  if (requiredScopes.length > 0) return `${message} Your scopes: sim-gateway whoami.`;
  return isRetryable && mayBeRepeated ? `${message} A retry may succeed.` : message;
}

/** Prints an error to the standard error: as JSON with --json, otherwise `line`. */
export function sayError({ screen, isJson }: Session, error: PrintedError, line: Line): void {
  screen.say(isJson ? errorJson(error) : line);
}

function jsonOf({ code, message, isRetryable, extensions, path }: Refused): PrintedError {
  return { code, message, ...extensions, retryable: isRetryable, ...(path && { path }) };
}

/** Prints the errors of an answer: each code once, or with --json each error. */
export function reportErrors({ screen, isJson }: Session, errors: readonly GatewayError[]): void {
  if (isJson) {
    for (const error of errors) screen.say(errorJson(jsonOf(new Refused(error))));
    return;
  }
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

/** Parses an option whose value is a whole number of at least 1. */
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
