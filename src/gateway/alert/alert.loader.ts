import DataLoader from 'dataloader';
import { fromFailure } from '../../errors/index.ts';
import type { Alert, SimApi } from '../../sim-api/index.ts';
import type { ConnectionPage } from '../common/connection.ts';
import type { Window } from '../common/paging.ts';
import { type AlertList, createAlertList, knownAlerts, type PagedAlertList } from './alert-list.ts';

export interface AlertQuery {
  readonly unreadOnly: boolean;
  readonly window: Window;
}

/**
 * Reads alerts for one request, newest first. A read never marks an alert as read.
 * Errors: those of the SIM API, and BAD_USER_INPUT for an invalid cursor.
 */
export interface AlertLoader {
  ofSim(iccid: string, query: AlertQuery): Promise<ConnectionPage<Alert>>;
  ofGroup(name: string, query: AlertQuery): Promise<ConnectionPage<Alert>>;
  ofAccount(query: AlertQuery): Promise<ConnectionPage<Alert>>;
}

/** Source: `/get_sim_alerts`, `/get_group_alerts`, `/get_account_alerts`; docs/sim-api.md "Reads". */
export function createAlertLoader(simApi: SimApi): AlertLoader {
  const unread = createFlaggedLoader(simApi, true);
  const all = createFlaggedLoader(simApi, false);
  const loaderFor = (unreadOnly: boolean) => (unreadOnly ? unread : all);
  return {
    ofSim: async (iccid, { unreadOnly, window }) =>
      (await loaderFor(unreadOnly).sims.load(iccid)).page(window).catch(rethrow([iccid])),
    ofGroup: (name, { unreadOnly, window }) =>
      loaderFor(unreadOnly).group(name).page(window).catch(rethrow()),
    ofAccount: (query) => loaderFor(query.unreadOnly).account.page(query.window).catch(rethrow()),
  };
}

/** Throws a failure as the GatewayError for the client, with the ICCIDs of its SIMs. */
const rethrow =
  (iccids: readonly string[] = []) =>
  (error: unknown): never => {
    throw fromFailure(error, iccids);
  };

function createFlaggedLoader(simApi: SimApi, unreadOnly: boolean) {
  const flags = { unreadOnly, markRead: false };
  const account = createAlertList((offset) => simApi.alerts.page({ account: true }, flags, offset));
  const groups = new Map<string, AlertList>();
  let wholeAccount: ReturnType<PagedAlertList['all']> | undefined;
  let simsAsked = 0;

  /**
   * Reads all alerts of the account if that takes no more calls than one call for each SIM. SIMs of nested lists arrive in several
   * batches, so the SIMs of earlier batches of the request count too.
   */
  async function wholeIfShorter(sims: number): Promise<readonly Alert[] | undefined> {
    simsAsked += sims;
    if (wholeAccount !== undefined) return wholeAccount;
    if (simsAsked === 1) return undefined;
    const { total, sent } = await account.head();
    const pagesLeft = Math.ceil((total - sent) / Math.max(1, sent));
    if (pagesLeft > simsAsked) return undefined;
    wholeAccount = account.all();
    return wholeAccount;
  }

  const sims = new DataLoader<string, AlertList>(async (iccids) => {
    // If the alerts of the account cannot be read, those of a single SIM may still be readable.
    const alerts = await wholeIfShorter(iccids.length).catch(() => undefined);
    // Only the list of a SIM shows whether an alert without an ICCID is about that SIM.
    if (alerts === undefined || alerts.some(({ iccid }) => iccid === null))
      return iccids.map((iccid) =>
        createAlertList(
          (offset) => simApi.alerts.page({ iccid }, flags, offset),
          (alert) => alert.iccid === iccid,
        ),
      );
    const bySim = new Map<string, Alert[]>(iccids.map((iccid) => [iccid, []]));
    for (const alert of alerts) if (alert.iccid !== null) bySim.get(alert.iccid)?.push(alert);
    return iccids.map((iccid) => knownAlerts(bySim.get(iccid) ?? []));
  });

  return {
    sims,
    account,
    group(name: string): AlertList {
      const list =
        groups.get(name) ?? createAlertList((offset) => simApi.alerts.page({ group: name }, flags, offset));
      groups.set(name, list);
      return list;
    },
  };
}
