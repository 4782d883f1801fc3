import { randomUUID } from 'node:crypto';
import { Argument, type Command, Option } from 'commander';
import { type ActionValues, paramsOf } from './bulk.order.ts';
import { type CallerOptions, createCallerCommand, withCaller } from './caller.ts';
import { changeSim } from './change.run.ts';
import { type ChangeOptions, SIM_CHANGES, type SimChange } from './sim-changes.ts';
import { simKey } from './sim-list.ts';

/** The commands that change one SIM: `suspend ICCID` and so on. */
export function changeCommands(): Command[] {
  return SIM_CHANGES.map(changeCommand);
}

const nameOf = ({ action }: SimChange) => action.toLowerCase().replaceAll('_', '-');

function changeCommand(change: SimChange): Command {
  const { action, summary, to, argument, options = [] } = change;
  const command = createCallerCommand({
    name: nameOf(change),
    summary,
    description: descriptionOf(change),
    examples: examplesOf(change),
  }).argument('<iccid>', 'ICCID (18 to 22 digits) or EID (32 digits)', simKey);
  if (argument !== undefined) {
    const { flags, description, parse = String } = argument;
    command.addArgument(new Argument(flags, description).argParser(parse));
  }
  for (const { flags, description, parse = String } of options)
    command.addOption(new Option(flags, description).makeOptionMandatory().argParser(parse));
  if (to !== undefined) command.option('--wait', 'follow the SIM until its transition has ended');
  if (action === 'CLOSE') command.option('--yes', 'do not ask; required without a terminal');
  if (action === 'SEND_SMS') command.option('--yes', 'do not ask');
  return command
    .option('--dry-run', 'print what it would do, and send nothing')
    .option(
      '--idempotency-key <key>',
      'idempotency key: the same key within 24 hours changes nothing twice (default: a random one)',
    )
    .action(async (key: string, ...typed: unknown[]) => {
      const given = command.opts<CallerOptions & ChangeOptions & ActionValues>();
      const params = paramsOf(
        Object.fromEntries([
          ...(argument === undefined ? [] : [[argument.name, typed[0]]]),
          ...options.map(({ name }) => [name, given[name]]),
        ]),
      );
      const order = {
        action,
        target: { list: key },
        ...(Object.keys(params).length > 0 && { params }),
        waitUntilSettled: given.wait === true,
        idempotencyKey: given.idempotencyKey ?? randomUUID(),
      };
      await withCaller(given, (session) => changeSim(session, change, order, given));
    });
}

function descriptionOf({ action, to, summary }: SimChange): string {
  const sentence = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
  const ends =
    to === undefined
      ? 'It prints the outcome: SUCCEEDED, FAILED, UNKNOWN or NOT_SENT.'
      : `It prints the outcome (SUCCEEDED, FAILED, UNKNOWN or NOT_SENT) and the state. A transition to ${to} takes seconds or minutes; --wait follows it.`;
  const asks: Readonly<Record<string, string>> = {
    CLOSE: ' This cannot be undone: on a terminal it asks to type the ICCID again.',
    SEND_SMS: ' If there is a terminal, it asks before it sends the message.',
  };
  return `${sentence} ${ends}${asks[action] ?? ''} For many SIMs: sim-gateway bulk --action ${action}.`;
}

function examplesOf(change: SimChange): string[] {
  const { to, exampleSim = '8937204016076059646', example } = change;
  const line = ['sim-gateway', nameOf(change), exampleSim, example].filter(Boolean).join(' ');
  return [
    line,
    ...(to === undefined ? [] : ['# until it has reached the state', `${line} --wait`]),
    '# what it would do',
    `${line} --dry-run`,
  ];
}
