import DataLoader from 'dataloader';
import { type Alert, allPages, type Page, type SimApi } from '../../sim-api/index.ts';
import { fromFailure } from '../errors/gateway-error.ts';

/** Reads alerts for one request; reading never marks one as read. Errors: what the SIM API fails with. */
export interface AlertLoader {
  ofSim(iccid: string, unreadOnly: boolean): Promise<readonly Alert[]>;
  ofGroup(name: string, unreadOnly: boolean): Promise<readonly Alert[]>;
  ofAccount(unreadOnly: boolean): Promise<readonly Alert[]>;
}

/** A loader of alerts over `/get_sim_alerts`, `/get_group_alerts` and `/get_account_alerts`. */
export function createAlertLoader(simApi: SimApi): AlertLoader {
  const unread = createFlaggedLoader(simApi, true);
  const all = createFlaggedLoader(simApi, false);
  const loaderFor = (unreadOnly: boolean) => (unreadOnly ? unread : all);
  return {
    ofSim: (iccid, unreadOnly) => loaderFor(unreadOnly).sims.load(iccid),
    ofGroup: (name, unreadOnly) => loaderFor(unreadOnly).groups.load(name),
    ofAccount: (unreadOnly) => loaderFor(unreadOnly).account(),
  };
}

function createFlaggedLoader(simApi: SimApi, unreadOnly: boolean) {
  const flags = { unreadOnly, markRead: false };
  const accountPage = (offset: number) => simApi.alerts.page({ account: true }, flags, offset);
  let accountStart: Promise<Page<Alert>> | undefined;
  let accountWalk: Promise<readonly Alert[]> | undefined;
  let simsAsked = 0;

  /** The first page of the account's alerts, which tells how many there are. */
  function start(): Promise<Page<Alert>> {
    accountStart ??= accountPage(0);
    return accountStart;
  }

  function account(): Promise<readonly Alert[]> {
    accountWalk ??= start()
      .then((first) => allPages(accountPage, first))
      .catch((error: unknown) => {
        throw fromFailure(error);
      });
    return accountWalk;
  }

  /**
   * Walks the account's alerts where that takes no more calls than asking SIM by SIM. SIMs of lists in lists come one after
   * the other: those that came before count as well.
   */
  async function walkIfShorter(sims: number): Promise<readonly Alert[] | undefined> {
    simsAsked += sims;
    if (accountWalk !== undefined) return accountWalk;
    if (simsAsked === 1) return undefined;
    const first = await start();
    const pagesLeft = Math.ceil((first.total - first.sent) / Math.max(1, first.sent));
    return pagesLeft <= simsAsked ? account() : undefined;
  }

  const sims = new DataLoader<string, readonly Alert[]>(async (iccids) => {
    // What keeps the account's alerts away need not keep those of a SIM away.
    const walked = await walkIfShorter(iccids.length).catch(() => undefined);
    if (walked !== undefined) {
      const bySim = new Map<string, Alert[]>(iccids.map((iccid) => [iccid, []]));
      for (const alert of walked) bySim.get(alert.iccid)?.push(alert);
      return iccids.map((iccid) => bySim.get(iccid) ?? []);
    }
    return Promise.all(
      iccids.map((iccid) =>
        allPages((offset) => simApi.alerts.page({ iccid }, flags, offset)).then(
          (alerts) => alerts.filter((alert) => alert.iccid === iccid),
          (error: unknown) => fromFailure(error, [iccid]),
        ),
      ),
    );
  });

  const groups = new DataLoader<string, readonly Alert[]>((names) =>
    Promise.all(
      names.map((group) =>
        allPages((offset) => simApi.alerts.page({ group }, flags, offset)).catch((error: unknown) =>
          fromFailure(error),
        ),
      ),
    ),
  );

  return { sims, groups, account: () => account() };
}
