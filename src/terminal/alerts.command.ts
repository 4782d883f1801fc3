import { type Command, Option } from 'commander';
import { type CallerOptions, createCallerCommand, withCaller } from './caller.ts';
import { Refused } from './gateway.ts';
import type { List } from './list.ts';
import type { Page } from './pages.ts';
import {
  type AnsweredPage,
  addPageOptions,
  type PageOptions,
  type PageWanted,
  printPages,
} from './paging.ts';
import { ALERTS, GROUP_ALERTS, SIM_ALERTS } from './requests.ts';
import type { Session } from './session.ts';
import { simIccid } from './sim-list.ts';
import { moment } from './words.ts';

interface Alert {
  readonly id: string;
  readonly raisedAt: string;
  readonly iccid: string | null;
  readonly trigger: string;
  readonly isRead: boolean;
}

const ALERT_LIST: List<Alert> = {
  columns: [
    { name: 'id', value: ({ id }) => id, only: 'csv', isWhole: true },
    {
      name: 'raisedAt',
      heading: 'RAISED',
      value: ({ raisedAt }) => raisedAt,
      cell: ({ raisedAt }) => moment(new Date(raisedAt)),
      isWhole: true,
    },
    { name: 'iccid', heading: 'ICCID', value: ({ iccid }) => iccid, isWhole: true },
    {
      name: 'isRead',
      heading: 'READ',
      value: ({ isRead }) => isRead,
      cell: ({ isRead }) => (isRead ? 'yes' : 'no'),
    },
    { name: 'trigger', value: ({ trigger }) => trigger },
  ],
};

interface AlertsOptions extends CallerOptions, PageOptions {
  readonly unread?: boolean;
  readonly iccid?: string;
  readonly group?: string;
}

export function alertsCommand(): Command {
  const command = createCallerCommand({
    name: 'alerts',
    summary: 'list the alerts of the account, of a SIM or of a group',
    description: `Lists alerts, newest first: when each was raised, its SIM, whether it is marked as read, and its trigger. Reading them here
marks none as read.`,
    examples: [
      '# unread ones of the account',
      'sim-gateway alerts --unread',
      '# all alerts of a SIM',
      'sim-gateway alerts --iccid 8937204016076059646 --all',
      '# the SIMs of a group with unread alerts',
      'sim-gateway alerts --group Pilot --unread --all --columns iccid --no-header | sort -u',
    ],
  });
  return addPageOptions(command, ALERT_LIST, 'alerts')
    .option('--unread', 'only alerts that are not marked as read')
    .addOption(new Option('--iccid <iccid>', 'alerts of this SIM').argParser(simIccid).conflicts('group'))
    .option('--group <name>', 'alerts of the SIMs of this group')
    .action(async (options: AlertsOptions) => {
      await withCaller(options, (session) =>
        printPages(session, ALERT_LIST, options, {
          none: 'There is no such alert.',
          read: (wanted) => read(session, options, wanted),
        }),
      );
    });
}

/** Reads a page of the alerts of a SIM, of a group or of the account. */
async function read(
  { gateway }: Session,
  { unread = false, iccid, group }: AlertsOptions,
  { tries, ...wanted }: PageWanted,
): Promise<AnsweredPage<Alert>> {
  let query = ALERTS;
  if (iccid !== undefined) query = SIM_ALERTS;
  if (group !== undefined) query = GROUP_ALERTS;
  const { data, errors } = await gateway.ask<{ of: { alerts: Page<Alert> | null } | null }>(
    query,
    { iccid, group, unreadOnly: unread, ...wanted },
    { tries },
  );
  if (data.of?.alerts) return { ...data.of.alerts, errors };
  const message = `There is no group ${JSON.stringify(group)}.`;
  throw new Refused(errors[0] ?? { message, extensions: { code: 'NOT_FOUND' } });
}
