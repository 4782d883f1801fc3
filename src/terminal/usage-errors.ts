import { type Command, CommanderError } from 'commander';
import { errorJson, isJsonWanted } from './error-json.ts';
import { EXIT, type ExitCode, WrongUsage } from './exit-codes.ts';
import { writeToPerson } from './output.ts';
import { safeText, withoutKeys, withoutSecrets } from './safe-text.ts';

/** Makes a command, and the commands below it, throw on wrong usage and print nothing: `reportEnd` prints the error. */
export function throwOnWrongUsage(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => {} });
  for (const below of command.commands) throwOnWrongUsage(below);
}

/** Prints an error that ended the program, and returns the exit code. */
export function reportEnd(program: Command, error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.succeeded;
    // Commander has printed the help, because there was no command or `help` of an unknown one.
    const isHelp = error.code === 'commander.help';
    return reportWrongUsage(program, isHelp ? 'Give one of the commands.' : error.message);
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof WrongUsage) return reportWrongUsage(program, message);
  if (isJsonWanted()) write(errorJson({ code: 'INTERNAL_ERROR', message }));
  else write(`Internal error: ${safeLines(message)}`);
  return EXIT.notAll;
}

function reportWrongUsage(program: Command, text: string): ExitCode {
  const message = withoutSecrets(text.replace(/^error: /, ''));
  const help = `${typedCommand(program)} --help`;
  if (isJsonWanted()) write(errorJson({ code: 'WRONG_USAGE', message, help }));
  else write(`error: ${safeLines(message)}\n(see ${help})`);
  return EXIT.refused;
}

/** The command as it was typed, without arguments. An error may come before it is parsed. */
function typedCommand(program: Command): string {
  const names = [program.name()];
  let command = program;
  for (const arg of process.argv.slice(2)) {
    const below = command.commands.find((one) => one.name() === arg);
    if (below === undefined) break;
    names.push(arg);
    command = below;
  }
  return names.join(' ');
}

const safeLines = (text: string) => withoutKeys(text).split('\n').map(safeText).join('\n');
const write = (text: string) => writeToPerson(`${text}\n`);
