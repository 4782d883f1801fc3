import type { Command } from 'commander';
import { type CallerOptions, createCallerCommand, withCaller } from './caller.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { addFilterOptions, type FilterOptions, filterOf } from './filter.options.ts';
import { type Freshness, reportFreshness } from './freshness.ts';
import { FLEET } from './requests.ts';
import { reportErrors, type Session } from './session.ts';
import { Table } from './table.ts';
import { count, dataSize, simCount } from './words.ts';

interface Fleet extends Freshness {
  readonly total: number;
  readonly transitioning: number;
  readonly overDataLimit: number;
  readonly usedBytes: number | null;
  readonly byState: readonly { readonly state: string; readonly count: number }[];
  readonly byGroup: readonly { readonly group: { readonly name: string } | null; readonly count: number }[];
}

export function fleetCommand(): Command {
  const command = createCallerCommand({
    name: 'fleet',
    summary: 'count SIMs, by state and by group',
    description: `Counts SIMs by state and by group: all SIMs, or those that match all conditions. A SIM in transition counts in its
target state.`,
    examples: [
      'sim-gateway fleet',
      '# live SIMs without a data session for a month, by group',
      'sim-gateway fleet --state LIVE --silent-since 30d',
      '# the number of SIMs in transition, for a script',
      'sim-gateway fleet --group Meters --json | jq .transitioning',
    ],
  });
  return addFilterOptions(command).action(async (options: FilterOptions & CallerOptions) => {
    await withCaller(options, (session) => show(session, options));
  });
}

async function show(session: Session, options: FilterOptions): Promise<ExitCode> {
  const { gateway, screen, isJson } = session;
  const { data, errors } = await gateway.ask<{ fleet: Fleet }>(FLEET, { filter: filterOf(options) });
  const { fleet } = data;
  if (isJson) await screen.printJson(flatFleet(fleet));
  else await printTables(session, fleet);
  reportFreshness(session, fleet);
  reportErrors(session, errors);
  return fleet.isComplete && errors.length === 0 ? EXIT.succeeded : EXIT.notAll;
}

/** The JSON output: each group by its name, null for SIMs without a group. */
function flatFleet({ byGroup, ...fleet }: Fleet) {
  return { ...fleet, byGroup: byGroup.map(({ group, count }) => ({ group: group?.name ?? null, count })) };
}

async function printTables({ screen }: Session, fleet: Fleet): Promise<void> {
  const { total, transitioning, overDataLimit, usedBytes, byState, byGroup } = fleet;
  const groups = byGroup.map(({ group, count }) => [group?.name ?? '(no group)', count] as const);
  const states = byState.filter(({ count }) => count > 0).map(({ state, count }) => [state, count] as const);
  await screen.print(
    [
      simCount(total),
      `${count(transitioning)} in transition to another state`,
      `${count(overDataLimit)} over the data limit`,
      `${usedBytes === null ? '?' : dataSize(usedBytes)} used this month`,
    ].join(', '),
  );
  for (const [head, rows] of [['STATE', states] as const, ['GROUP', groups] as const]) {
    if (rows.length === 0) continue;
    const width = rows.reduce((max, [, sims]) => Math.max(max, count(sims).length), 'SIMS'.length);
    const columns = [{ heading: head }, { heading: 'SIMS'.padStart(width), isWhole: true }];
    const table = new Table(columns, { room: screen.resultColumns() });
    const cells = rows.map(([name, sims]) => [{ text: name }, { text: count(sims).padStart(width) }]);
    await screen.print('');
    for (const line of table.lines(cells, true)) await screen.print(line);
  }
}
