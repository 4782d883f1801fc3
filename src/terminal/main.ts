import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { alertsCommand } from './alerts.command.ts';
import { auditCommand } from './audit.command.ts';
import { bulkCommand } from './bulk.command.ts';
import { changeCommands } from './change.command.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { fleetCommand } from './fleet.command.ts';
import { groupsCommand } from './groups.command.ts';
import { listenForInterrupts } from './interrupts.ts';
import { keysCommand } from './keys.command.ts';
import { loginCommand, logoutCommand } from './login.command.ts';
import { refuseFlagsAsValues } from './missing-value.ts';
import { operationsCommand } from './operations.command.ts';
import { watchOutput } from './output.ts';
import { resultsCommand } from './results.command.ts';
import { simCommand } from './sim.command.ts';
import { simsCommand } from './sims.command.ts';
import { reportEnd, throwOnWrongUsage } from './usage-errors.ts';
import { watchCommand } from './watch.command.ts';
import { whoamiCommand } from './whoami.command.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const program = new Command('sim-gateway')
  .version(`sim-gateway ${version}`, '-V, --version', 'print the version of this program')
  .description(
    'Command-line client of a running SIM Gateway: find, count and watch SIMs, and change one of them or many.',
  )
  .addHelpText(
    'after',
    `
Examples:
  sim-gateway sims --group Meters --state LIVE
  sim-gateway suspend 8937204016076059646
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
  groupsCommand(),
  alertsCommand(),
  operationsCommand(),
  resultsCommand(),
  auditCommand(),
  keysCommand(),
  loginCommand(),
  logoutCommand(),
  whoamiCommand(),
  ...changeCommands().map((command) => command.helpGroup('Commands that change one SIM:')),
]) {
  program.addCommand(command);
}
throwOnWrongUsage(program);
program.hook('preAction', (_, command) => refuseFlagsAsValues(command, process.argv.slice(2)));

watchOutput();
listenForInterrupts();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportEnd(program, error);
}
