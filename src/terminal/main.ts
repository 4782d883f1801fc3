import { Command, CommanderError } from 'commander';
import { bulkCommand } from './bulk.command.ts';
import { EXIT, EXIT_CODES_HELP, WrongUsage } from './exit-codes.ts';
import { fleetCommand } from './fleet.command.ts';
import { listenForInterrupts } from './interrupts.ts';
import { keysCommand } from './keys.command.ts';
import { loginCommand, logoutCommand } from './login.command.ts';
import { refuseFlagsAsValues } from './missing-value.ts';
import { watchOutput } from './output.ts';
import { resultsCommand } from './results.command.ts';
import { safeText, withoutKeys } from './safe-text.ts';
import { simCommand } from './sim.command.ts';
import { simsCommand } from './sims.command.ts';
import { watchCommand } from './watch.command.ts';
import { whoamiCommand } from './whoami.command.ts';

const program = new Command('sim-gateway')
  .configureOutput({ outputError: (text, write) => write(withoutKeys(text)) })
  .description(
    'Command-line client of a running SIM Gateway: find, count and watch SIMs, and change many of them.',
  )
  .addHelpText(
    'after',
    `
Examples:
  sim-gateway sims --group Meters --state LIVE
  sim-gateway bulk --action SUSPEND --group Meters
  sim-gateway bulk --help         usage of a command, with examples

The default URL of the gateway is http://127.0.0.1:4000/graphql; --url or SIM_GATEWAY_URL sets another one.
If the gateway needs an API key or a token: sim-gateway login, SIM_GATEWAY_KEY or --key.
${EXIT_CODES_HELP}`,
  );

for (const command of [
  bulkCommand(),
  watchCommand(),
  simsCommand(),
  fleetCommand(),
  simCommand(),
  resultsCommand(),
  keysCommand(),
  loginCommand(),
  logoutCommand(),
  whoamiCommand(),
]) {
  program.addCommand(command);
}
refuseWrongUsage(program, program.name());
program.hook('preAction', (_, command) => refuseFlagsAsValues(command, process.argv.slice(2)));

watchOutput();
listenForInterrupts();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = codeOf(error);
}

/** Makes a command, and the commands below it, throw on wrong usage and name their help. `name` is the command as it is typed. */
function refuseWrongUsage(command: Command, name: string): void {
  command.exitOverride().showHelpAfterError(`(see ${name} --help)`);
  for (const below of command.commands) refuseWrongUsage(below, `${name} ${below.name()}`);
}

function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.succeeded : EXIT.refused;
  const message = error instanceof Error ? error.message : String(error);
  const lines = withoutKeys(message).split('\n').map(safeText).join('\n');
  if (error instanceof WrongUsage) {
    process.stderr.write(`error: ${lines}\n`);
    return EXIT.refused;
  }
  process.stderr.write(`Internal error: ${lines}\n`);
  return EXIT.notAll;
}
