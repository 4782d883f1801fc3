import type { Command } from 'commander';
import { type CallerOptions, createCallerCommand, withCaller } from './caller.ts';
import { someOf } from './choices.ts';
import type { List } from './list.ts';
import type { Page } from './pages.ts';
import { addPageOptions, type PageOptions, printPages } from './paging.ts';
import { AUDIT_LOG } from './requests.ts';
import type { Span } from './screen.ts';
import { simIccid } from './sim-list.ts';
import { readSince, type Since } from './since.ts';
import { moment } from './words.ts';

interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly simCount: number;
  readonly outcome: string;
  readonly errorCode: string | null;
  /** JSON. */
  readonly arguments: string | null;
  readonly iccids: readonly string[];
  readonly requestId: string;
}

/** As in the enum AuditAction of the gateway. */
const AUDIT_ACTIONS = [
  ...['ACTIVATE', 'DEACTIVATE', 'SUSPEND', 'RESUME', 'TEST', 'ACTIVE_READY', 'RESET', 'CLOSE'],
  ...['SET_NAME', 'SET_GROUP', 'SET_DATA_LIMIT', 'SEND_SMS', 'ESIM_PROFILE', 'SET_IMEI_LOCK'],
  ...['MARK_ALERTS_READ', 'START_BULK_OPERATION', 'CANCEL_BULK_OPERATION'],
  ...['CREATE_API_KEY', 'ROTATE_API_KEY', 'REVOKE_API_KEY'],
];

const AUDIT_LIST: List<AuditEntry> = {
  columns: [
    {
      name: 'at',
      heading: 'TIME',
      value: ({ at }) => at,
      cell: ({ at }) => moment(new Date(at)),
      isWhole: true,
    },
    { name: 'actor', value: ({ actor }) => actor },
    { name: 'action', value: ({ action }) => action },
    { name: 'simCount', heading: 'SIMS', value: ({ simCount }) => simCount, isWhole: true },
    { name: 'outcome', value: ({ outcome }) => outcome, cell: outcomeCell },
    { name: 'errorCode', heading: 'ERROR', value: ({ errorCode }) => errorCode },
    { name: 'arguments', value: (entry) => entry.arguments, only: 'csv' },
    { name: 'iccids', heading: 'ICCIDS', value: ({ iccids }) => iccids.join(' '), only: 'csv' },
    { name: 'requestId', value: ({ requestId }) => requestId, only: 'csv' },
    { name: 'id', value: ({ id }) => id, only: 'csv' },
  ],
};

const STYLES: Readonly<Record<string, Span['style']>> = { SUCCEEDED: 'good', FAILED: 'bad' };

function outcomeCell({ outcome }: AuditEntry): Span {
  return { text: outcome, style: STYLES[outcome] ?? 'warn' };
}

interface AuditOptions extends CallerOptions, PageOptions {
  readonly iccid?: string;
  readonly actor?: string;
  readonly action?: readonly string[];
  readonly since?: Since;
  readonly until?: Since;
}

export function auditCommand(): Command {
  const command = createCallerCommand({
    name: 'audit',
    summary: 'list the changes that were made through the gateway, newest first',
    description: `Lists the audit log, newest first: when, who, what, for how many SIMs, and the outcome. All given conditions must hold. It
has no changes that were made elsewhere. The SIMs and the arguments of a change are in --csv and --json. It needs the scope AUDIT.`,
    examples: [
      'sim-gateway audit',
      '# the changes of a SIM',
      'sim-gateway audit --iccid 8937204016076059646',
      '# who has closed SIMs in the last two weeks',
      'sim-gateway audit --action CLOSE,START_BULK_OPERATION --since 2w',
      '# everything in one file',
      'sim-gateway audit --all --csv > audit.csv',
    ],
  });
  return addPageOptions(command, AUDIT_LIST, 'entries')
    .option('--iccid <iccid>', 'changes of this SIM', simIccid)
    .option('--actor <actor>', 'changes by this actor, such as key:dashboard')
    .option(
      '--action <list>',
      `these actions, separated by commas: ${AUDIT_ACTIONS.join(', ')}`,
      someOf(AUDIT_ACTIONS),
    )
    .option(
      '--since <date>',
      'at or after this date: 2026-11-16, 2026-11-16T08:00Z, or 12h, 7d, 2w ago',
      readSince,
    )
    .option('--until <date>', 'at or before this date', readSince)
    .action(async (options: AuditOptions) => {
      const { iccid = null, actor = null, action = null, since, until } = options;
      const conditions = { iccid, actor, actions: action, from: since?.at ?? null, to: until?.at ?? null };
      await withCaller(options, (session) =>
        printPages(session, AUDIT_LIST, options, {
          none: 'There is no such entry.',
          async read({ tries, ...wanted }) {
            const { data, errors } = await session.gateway.ask<{ auditLog: Page<AuditEntry> }>(
              AUDIT_LOG,
              { ...conditions, ...wanted },
              { tries },
            );
            return { ...data.auditLog, errors };
          },
        }),
      );
    });
}
