import type { Command } from 'commander';
import { type CallerOptions, createCallerCommand, withCaller } from './caller.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { Refused } from './gateway.ts';
import { askWithCost, failuresOf, reportLeftOut } from './left-out.ts';
import { ONE_SIM } from './requests.ts';
import type { Line } from './screen.ts';
import { reportErrors, type Session } from './session.ts';
import { simKey, simRef } from './sim-list.ts';
import { type SimRow, stateStyle, usageText } from './sim-row.ts';
import { count, dataSize, money } from './words.ts';

interface FullSim extends SimRow {
  readonly msisdn: string | null;
  readonly imsi: string | null;
  readonly imei: string | null;
  readonly type: string | null;
  readonly formFactor: string | null;
  readonly apn: string | null;
  readonly rawState: string | null;
  readonly availableActions: readonly string[];
  readonly lastModifiedAt: string | null;
  readonly esim: {
    readonly activeProfile: string | null;
    readonly downloadedProfiles: readonly string[];
  } | null;
  readonly sessions: ShortList<{
    startedAt: string;
    country: string | null;
    operator: string | null;
    usedBytes: number;
  }> | null;
  readonly alerts: ShortList<{ trigger: string; raisedAt: string }> | null;
  readonly diagnostics: {
    readonly deviceName: string | null;
    readonly inDataSession: boolean | null;
    readonly lastCountry: string | null;
    readonly lastOperator: string | null;
  } | null;
}

interface ShortList<Node> {
  readonly totalCount: number;
  readonly nodes: readonly Node[];
}

export function simCommand(): Command {
  return createCallerCommand({
    name: 'sim',
    summary: 'show one SIM with all fields',
    description: `Shows one SIM: its numbers, state and available actions, usage and cost of this month, last sessions, and unread alerts
and device, if the account has these features.`,
    examples: [
      'sim-gateway sim 8937204016076059646',
      '# the response of the gateway as JSON',
      'sim-gateway sim 8937204016076059646 --json | jq .dataUsage',
    ],
  })
    .argument('<iccid>', 'ICCID (18 to 22 digits) or EID (32 digits)', simKey)
    .action(async (key: string, options: CallerOptions) => {
      await withCaller(options, (session) => show(session, key));
    });
}

async function show(session: Session, key: string): Promise<ExitCode> {
  const { screen, isJson } = session;
  const { data, errors } = await askWithCost<{ sim: FullSim | null }>(session, ONE_SIM, { by: simRef(key) });
  const failures = failuresOf(session, errors);
  if (data.sim === null) {
    throw new Refused(
      failures[0] ?? { message: 'There is no such SIM.', extensions: { code: 'SIM_NOT_FOUND' } },
    );
  }
  if (isJson) await screen.printJson({ ...data.sim, cost: data.sim.cost ?? null });
  else for (const line of linesOf(data.sim)) await screen.print(line);
  // Diagnostics and alerts are add-ons: their absence is not reported for an account without them.
  const reported = failures.filter(({ extensions }) => extensions?.code !== 'FEATURE_NOT_ENABLED');
  reportErrors(session, reported);
  reportLeftOut(session);
  return reported.length > 0 ? EXIT.notAll : EXIT.succeeded;
}

function linesOf(sim: FullSim): Line[] {
  const style = stateStyle(sim);
  const known: [name: string, value: string | null | undefined][] = [
    ['name', sim.name],
    ['group', sim.group?.name],
    ['EID', sim.eid],
    ['MSISDN', sim.msisdn],
    ['IMSI', sim.imsi],
    ['IMEI', sim.imei],
    ['type', [sim.type, sim.formFactor].filter((part) => part !== null).join(', ')],
    ['APN', sim.apn],
    ['usage', usageText(sim)],
    ['cost', sim.cost && money(sim.cost.cost)],
    ['last on a network', sim.lastNetworkActivityAt],
    ['last session', sim.lastDataSessionAt],
    ['last modified', sim.lastModifiedAt],
    ['profile', sim.esim?.activeProfile],
    ['profiles', sim.esim?.downloadedProfiles.join(', ')],
    ['device', deviceText(sim)],
    ['actions', sim.availableActions.join(', ')],
  ];
  return [
    row('ICCID', sim.iccid),
    [
      { text: label('state'), style: 'dim' },
      { text: stateText(sim), ...(style && { style }) },
    ],
    ...known
      .filter((entry): entry is [string, string] => Boolean(entry[1]))
      .map(([name, value]) => row(name, value)),
    ...listed('sessions', sim.sessions, ({ startedAt, country, operator, usedBytes }) =>
      [startedAt, dataSize(usedBytes), country, operator].filter((part) => part !== null).join('  '),
    ),
    ...listed('unread alerts', sim.alerts, ({ raisedAt, trigger }) => `${raisedAt}  ${trigger}`),
  ];
}

function listed<Node>(name: string, page: ShortList<Node> | null, text: (node: Node) => string): Line[] {
  if (page === null || page.totalCount === 0) return [];
  const more = page.totalCount - page.nodes.length;
  const lines = [...page.nodes.map(text), ...(more > 0 ? [`and ${count(more)} more`] : [])];
  return lines.map((line, index) => row(index === 0 ? name : '', line));
}

function stateText({ state, pendingState, rawState, offlineReason }: FullSim): string {
  const reason = offlineReason === null ? '' : ` (${offlineReason})`;
  if (pendingState !== null) return `in transition to ${pendingState}${reason}`;
  if (state === 'OFFLINE') return `OFFLINE${reason}`;
  return state === 'UNKNOWN' && rawState !== null ? `UNKNOWN (${rawState})` : state;
}

function deviceText({ diagnostics }: FullSim): string {
  if (diagnostics === null) return '';
  const { deviceName, inDataSession, lastCountry, lastOperator } = diagnostics;
  const parts = [deviceName, inDataSession ? 'in a data session' : null, lastOperator, lastCountry];
  return parts.filter((part) => part !== null).join(', ');
}

const label = (name: string) => name.padEnd(19);
const row = (name: string, value: string): Line => [{ text: label(name), style: 'dim' }, { text: value }];
