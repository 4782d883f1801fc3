import { randomUUID } from 'node:crypto';
import { type Command, Option } from 'commander';
import { withMatchingSims } from './bulk.matching.ts';
import { ACTIONS, type BulkOptions, type Order, PROFILE_ACTIONS, readOrder } from './bulk.order.ts';
import { previewOrder } from './bulk.preview.ts';
import { howToFindOut, reportNotStarted, start } from './bulk.start.ts';
import { targetWords } from './bulk.target.ts';
import { type CallerOptions, createCallerCommand, withCaller } from './caller.ts';
import { oneOf } from './choices.ts';
import { EXIT, type ExitCode, WrongUsage } from './exit-codes.ts';
import { addFilterOptions } from './filter.options.ts';
import { followToExit } from './follow-to-exit.ts';
import type { Operation } from './operation.ts';
import { confirmOrder } from './question.ts';
import { mayHaveStarted, reportUnknown } from './sending.ts';
import { positiveCount, type Session } from './session.ts';
import { readSettings } from './settings.ts';
import { count, simCount } from './words.ts';

export function bulkCommand(): Command {
  const command = createCallerCommand({
    name: 'bulk',
    summary: 'change up to 1,000,000 SIMs and show the progress',
    description: `Starts a change of many SIMs and shows its progress until it ends. The gateway carries it out: it continues if this
program or this computer stops. Ctrl-C asks whether to cancel the operation, to detach from it, or to go on watching.
The SIMs are those of a list, of a group, or those that match --state, --search and so on when it starts. If there is a terminal, it asks
before it changes a group or more than one SIM, or sends SMS, also if the list comes from a pipe.`,
    examples: [
      '# suspend all SIMs of a group, if there are exactly 227',
      'sim-gateway bulk --action SUSPEND --group Meters --expect 227',
      '# suspend the SIMs without a data session for a month, if there are exactly 40',
      'sim-gateway bulk --action SUSPEND --state LIVE --silent-since 30d --expect 40',
      '# what that would do: SIMs that already are so, that are refused, that are sent, and the calls of the SIM API',
      'sim-gateway bulk --action SUSPEND --state LIVE --silent-since 30d --dry-run',
      '# a message to the SIMs of a file: an ICCID or EID in each line, or in the first column of a CSV',
      'sim-gateway bulk --action SEND_SMS --text "reboot" --file iccids.txt',
      '# from another program',
      'grep -h 89372 *.csv | sim-gateway bulk --action RESUME --file -',
      '# a limit for three SIMs',
      'sim-gateway bulk --action SET_DATA_LIMIT --limit 500 --sims 8937204016076059646 8937204016458019812 8937204016839979981',
      '# start it, store its id, follow it later',
      'ID=$(sim-gateway bulk --action RESET --group Meters --detach); sim-gateway watch $ID',
      '# cannot be undone: needs the number of SIMs, and asks to type it again; in a script use --yes',
      'sim-gateway bulk --action CLOSE --file scrapped.txt --expect 118',
    ],
  })
    .requiredOption('--action <action>', `what to do: ${ACTIONS.join(', ')}`, oneOf(ACTIONS))
    .option('--file <file>', 'the SIMs of this file; - is the standard input')
    .option('--sims <iccid...>', 'these SIMs, by ICCID or EID');
  return addFilterOptions(command)
    .option('--text <text>', 'SEND_SMS: the message')
    .option('--to-group <name>', 'SET_GROUP: the new group')
    .option('--name <name>', 'SET_NAME: the new name')
    .option('--limit <MB>', 'SET_DATA_LIMIT: megabytes per month, or unlimited')
    .option('--profile <profile>', 'ESIM_PROFILE: the profile')
    .option(
      '--profile-action <action>',
      `ESIM_PROFILE: ${PROFILE_ACTIONS.join(', ')}`,
      oneOf(PROFILE_ACTIONS),
    )
    .addOption(new Option('--imei-lock <on|off>', 'SET_IMEI_LOCK').choices(['on', 'off']))
    .option('--expect <N>', 'refuse to start unless there are exactly N SIMs; CLOSE needs it', positiveCount)
    .option('--dry-run', 'print what it would do, and send nothing')
    .option('--no-wait', 'end when all SIMs are sent, before they have reached their state')
    .option('--detach', 'start it, print its id and exit')
    .option('--yes', 'do not ask; without a terminal nothing is asked, and CLOSE needs this option')
    .option(
      '--idempotency-key <key>',
      'idempotency key: the same key within 24 hours starts nothing twice (default: a random one)',
    )
    .action(async (options: BulkOptions & CallerOptions) => {
      const { order, repeated } = await readOrder(options, options.idempotencyKey ?? randomUUID());
      await withCaller(options, (session) => run(session, order, repeated, options));
    });
}

async function run(
  session: Session,
  typed: Order,
  repeated: number,
  options: BulkOptions,
): Promise<ExitCode> {
  const { screen, isJson } = session;
  const mustConfirm = typed.action === 'CLOSE' && !options.yes && !options.dryRun;
  if (mustConfirm && !screen.canAsk()) {
    throw new WrongUsage(
      '--action CLOSE needs --yes here: there is no terminal to confirm the number of SIMs on. Nothing was sent.',
    );
  }
  if (repeated > 0) screen.say(`Repeated and ignored: ${simCount(repeated)}.`);
  if (options.dryRun) {
    try {
      await previewOrder(session, typed);
      return EXIT.succeeded;
    } catch (error) {
      return reportNotStarted(session, error);
    }
  }
  let order: Order | undefined;
  try {
    order = await withMatchingSims(session, typed, { mayBeRepeated: options.idempotencyKey !== undefined });
  } catch (error) {
    return reportNotStarted(session, error);
  }
  if (order === undefined) return EXIT.refused;
  try {
    const answer = mustConfirm
      ? await confirmClosing(session, order)
      : await confirmOrder(session, order, options);
    if (answer !== undefined) return answer;
  } catch (error) {
    return reportNotStarted(session, error);
  }
  let operation: Operation;
  try {
    operation = await start(session, order, options);
  } catch (error) {
    if (!mayHaveStarted(error)) return reportNotStarted(session, error);
    return reportUnknown(session, error, order.idempotencyKey, howToFindOut(order, options));
  }
  if (options.detach) {
    if (isJson) await screen.printJson(operation);
    else await screen.print(operation.id);
    screen.say(`Started. To follow it: ${readSettings().program} watch ${operation.id}`);
    return EXIT.succeeded;
  }
  const target = operation.total > 0 ? ` (${simCount(operation.total)})` : '';
  screen.say(`Started ${operation.action}${target}: ${operation.id}`);
  return followToExit(session, operation);
}

/** Asks to type the number of SIMs. Returns the exit code if the answer is another one; undefined if it is that number. */
async function confirmClosing(
  { screen }: Session,
  { target, expectedCount = 0 }: Order,
): Promise<ExitCode | undefined> {
  screen.say([
    {
      text: `This closes ${simCount(expectedCount)}${targetWords(target)} permanently. This cannot be undone.`,
      style: 'bad',
    },
  ]);
  const answer = await screen.askLine('Type the number of SIMs to close them: ');
  if (answer === undefined) return EXIT.interrupted;
  if (answer.replaceAll(',', '').trim() === String(expectedCount)) return undefined;
  screen.say(`That is not ${count(expectedCount)}. Nothing was sent.`);
  return EXIT.refused;
}
