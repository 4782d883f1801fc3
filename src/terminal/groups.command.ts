import type { Command } from 'commander';
import { type CallerOptions, createCallerCommand, withCaller } from './caller.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type Freshness, reportFreshness } from './freshness.ts';
import { addListOptions, type List, type ListOptions, openList } from './list.ts';
import { GROUPS } from './requests.ts';
import type { Session } from './session.ts';
import { simCount } from './words.ts';

interface Group {
  readonly name: string;
  readonly sims: number;
}

interface Groups extends Freshness {
  readonly byGroup: readonly { readonly group: { readonly name: string } | null; readonly count: number }[];
}

const GROUP_LIST: List<Group> = {
  columns: [
    { name: 'name', value: ({ name }) => name },
    { name: 'sims', value: ({ sims }) => sims, isWhole: true },
  ],
};

export function groupsCommand(): Command {
  const command = createCallerCommand({
    name: 'groups',
    summary: 'list the groups and the number of their SIMs',
    description:
      'Lists the groups by name, with the number of SIMs in each. A group exists as long as a SIM is in it.',
    examples: [
      'sim-gateway groups',
      '# the names alone',
      'sim-gateway groups --columns name --no-header',
      '# the SIMs of a group',
      'sim-gateway sims --group Pilot',
    ],
  });
  return addListOptions(command, GROUP_LIST).action(async (options: CallerOptions & ListOptions) => {
    await withCaller(options, (session) => print(session, options));
  });
}

async function print(session: Session, options: ListOptions): Promise<ExitCode> {
  const { gateway, screen } = session;
  const { data } = await gateway.ask<{ fleet: Groups }>(GROUPS, {});
  const { byGroup, isComplete } = data.fleet;
  const groups = byGroup.flatMap(({ group, count }) => (group ? { name: group.name, sims: count } : []));
  await openList(session, GROUP_LIST, options).print(groups);
  const inNone = byGroup.find(({ group }) => group === null)?.count ?? 0;
  if (inNone > 0) screen.say(`In no group: ${simCount(inNone)}.`);
  reportFreshness(session, data.fleet);
  return isComplete ? EXIT.succeeded : EXIT.notAll;
}
