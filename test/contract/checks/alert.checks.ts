import { type Api, isRow, type ListPage, textsIn } from '../api.ts';
import type { Check } from '../check.ts';
import { must, notApplicable } from '../ended.ts';
import { sentence } from '../shown.ts';
import { isTheRest, pageChecks } from './page.ts';

const path = '/get_account_alerts';
const accountAlerts = (api: Api) => api.list(path, 'alerts', { offset: 0 });

/** A SIM that has alerts. */
async function alarmed(api: Api): Promise<string> {
  const [iccid] = textsIn((await accountAlerts(api)).rows, 'iccid');
  if (iccid === undefined) notApplicable(sentence`the account has no alert`);
  return iccid;
}

const simAlerts = async (api: Api) =>
  api.list('/get_sim_alerts', 'alerts', { iccid: await alarmed(api), offset: 0 });

async function groupAlerts(api: Api): Promise<ListPage> {
  const { group } = await api.sample();
  if (group === null) notApplicable(sentence`no SIM of the account's first page is in a group`);
  return api.list('/get_group_alerts', 'alerts', { group, offset: 0 });
}

/** The ids of the read or of the unread alerts. */
function idsOf({ rows }: ListPage, isRead: boolean): string[] {
  return rows.filter(isRow).flatMap((row) => (row.is_read === isRead ? [String(row.id)] : []));
}

/** A check that a flag leaves out the alerts that were read. */
function unreadFlag(name: 'unread' | 'only_unread'): Check {
  return {
    id: `alerts.flag-${name.replace('_', '-')}`,
    level: 'MAY',
    source: 'Reads: the two flags are spelled in two ways [C≠]',
    title: `${name}=true leaves out the alerts that were read`,
    async run(api) {
      const all = await accountAlerts(api);
      if (idsOf(all, true).length === 0) notApplicable(sentence`the account has no alert that was read`);
      const read = idsOf(await api.list(path, 'alerts', { offset: 0, [name]: 'true' }), true);
      must(read.length === 0, sentence`the flag has no effect`);
      return undefined;
    },
  };
}

export const alertChecks: readonly Check[] = [
  ...pageChecks({
    id: 'get-account-alerts',
    source: 'Reads: /get_account_alerts [C]',
    level: 'MUST',
    first: accountAlerts,
  }),
  {
    id: 'get-account-alerts.reads-on-by-offset',
    level: 'MUST',
    source: 'Reads: /get_account_alerts [C]',
    title: 'The page at an offset holds the rest of the list',
    async run(api) {
      const first = await accountAlerts(api);
      if (first.rows.length < 2) notApplicable(sentence`the account has fewer than 2 alerts`);
      const offset = first.rows.length - 1;
      isTheRest(first, offset, await api.list(path, 'alerts', { offset }), 'id');
      return undefined;
    },
  },
  {
    id: 'get-account-alerts.order',
    level: 'MAY',
    source: 'Reads: lists promise no order [C]',
    title: 'Alerts are listed newest first',
    async run(api) {
      const times = (await accountAlerts(api)).rows.filter(isRow).map(({ timestamp }) => Number(timestamp));
      if (times.length < 2) notApplicable(sentence`the account has fewer than 2 alerts`);
      must(
        times.every((at, index) => index === 0 || at <= (times[index - 1] ?? at)),
        sentence`another order`,
      );
      return undefined;
    },
  },
  ...pageChecks({
    id: 'get-sim-alerts',
    source: 'Reads: /get_sim_alerts [C]',
    level: 'MUST',
    first: simAlerts,
  }),
  {
    id: 'get-sim-alerts.are-of-the-sim',
    level: 'MUST',
    source: 'Reads: /get_sim_alerts [C]',
    title: 'Every alert in the list is of the SIM',
    async run(api) {
      const iccid = await alarmed(api);
      const { rows } = await simAlerts(api);
      const strangers = textsIn(rows, 'iccid').filter((given) => given !== iccid).length;
      must(strangers === 0, sentence`${strangers} of ${rows.length} are not`);
      must(rows.length > 0, sentence`no alert, but the account's list has some`);
      return undefined;
    },
  },
  ...pageChecks({
    id: 'get-group-alerts',
    source: 'Reads: /get_group_alerts [C]',
    level: 'MUST',
    first: groupAlerts,
  }),
  unreadFlag('unread'),
  unreadFlag('only_unread'),
  {
    id: 'alerts.stay-unread',
    level: 'MUST',
    source: 'Reads: mark as read [C≠]',
    title: 'Reading alerts without the flag that marks them leaves them unread',
    async run(api) {
      const before = idsOf(await accountAlerts(api), false);
      if (before.length === 0) notApplicable(sentence`the account has no unread alert`);
      const after = new Set(idsOf(await api.list(path, 'alerts', { offset: 0 }, 'again'), true));
      const marked = before.filter((id) => after.has(id)).length;
      must(marked === 0, sentence`the read marked ${marked} of ${before.length} as read`);
      return sentence`${before.length} unread before and after`;
    },
  },
  {
    id: 'alerts.triggers',
    level: 'MAY',
    source: 'Reads: trigger [C]',
    title: 'A trigger is a sentence for people, not a code',
    async run(api) {
      const triggers = new Set(textsIn((await accountAlerts(api)).rows, 'trigger'));
      if (triggers.size === 0) notApplicable(sentence`the account has no alert`);
      const codes = [...triggers].filter((trigger) => /^[A-Z][A-Z0-9_]*$/.test(trigger)).length;
      must(codes === 0, sentence`${codes} of ${triggers.size} look like codes`);
      return sentence`${triggers.size} distinct triggers, all of them sentences`;
    },
  },
];
