import { type Alert, allPages, type Page } from '../../sim-api/index.ts';
import type { ConnectionPage } from '../common/connection.ts';
import type { Window } from '../common/paging.ts';
import {
  decodeCursor,
  newestFirst,
  newestPage,
  type SortedPart,
  type SortKey,
} from '../common/sorted-page.ts';

/** Alerts of one scope, newest first. Errors: what the SIM API fails with, and BAD_USER_INPUT on a cursor that is none. */
export interface AlertList {
  page(window: Window): Promise<ConnectionPage<Alert>>;
}

/** A list that is read page by page, each page once. */
export interface PagedAlertList extends AlertList {
  /** The first page upstream, which says how many alerts there are. */
  head(): Promise<Page<Alert>>;
  /** The whole list, in the order of the SIM API. */
  all(): Promise<readonly Alert[]>;
}

/** The order of a list is judged by its first page, if that has so many alerts. */
const minSample = 10;
/** How far an alert may have moved since its cursor was given and still be found without reading the whole list. */
const slack = 300;

const keyOf = ({ id, raisedAt }: Alert): SortKey => ({ id, at: raisedAt });

/** A list of alerts that are all known. */
export function knownAlerts(alerts: readonly Alert[]): AlertList {
  return { page: async (window) => newestFirst(alerts, window, keyOf) };
}

/**
 * A list of alerts over the pages of the SIM API, which promises no order. If the first page and the last one show that the list
 * comes newest first, a page takes the calls that its own stretch needs; else it takes the whole list.
 * `isOwn` passes over alerts that do not belong to the scope.
 */
export function createAlertList(
  read: (offset: number) => Promise<Page<Alert>>,
  isOwn: (alert: Alert) => boolean = () => true,
): PagedAlertList {
  const pages = new Map<number, Promise<Page<Alert>>>();
  let whole: Promise<readonly Alert[]> | undefined;

  function pageAt(offset: number): Promise<Page<Alert>> {
    const known = pages.get(offset) ?? read(offset);
    pages.set(offset, known);
    return known;
  }

  /** A page that was read already, once: a list that has shifted is read anew. */
  function takePage(offset: number): Promise<Page<Alert>> {
    const page = pageAt(offset);
    pages.delete(offset);
    return page;
  }

  /** A part of the list in which the page lies, or undefined if the order of the list does not show. */
  async function partFor(window: Window): Promise<SortedPart<Alert> | undefined> {
    const head = await pageAt(0);
    if (head.items.length < minSample || 2 * head.sent >= head.total) return undefined;
    const tail = await pageAt(Math.floor((head.total - 1) / head.sent) * head.sent);
    if (!isNewestFirst([...head.items, ...tail.items])) return undefined;
    const cursor = window.cursor === null ? null : decodeCursor(window.cursor);
    const start = Math.floor(Math.max(0, (cursor?.offset ?? 0) - slack) / head.sent) * head.sent;
    const found = new Map<string, Alert>();
    let { total } = head;
    for (let next = start; ; ) {
      const page = await pageAt(next);
      for (const alert of page.items) if (!found.has(alert.id)) found.set(alert.id, alert);
      const items = [...found.values()];
      // Alerts may have moved past the reader of a list that has shrunk.
      if (page.total < total || !items.every(isOwn) || !isNewestFirst(items)) return undefined;
      // Alerts of one moment may stand in any order, so a part begins and ends at another moment than the page.
      if (start > 0 && cursor !== null && !((items[0]?.raisedAt ?? 0) > cursor.at)) return undefined;
      ({ total } = page);
      const part = { items, offset: start, total, reachesEnd: page.isLast };
      if (page.isLast) return part;
      const last = newestPage(part, window, keyOf).nodes[window.count - 1];
      const oldest = items.at(-1);
      if (last !== undefined && oldest !== undefined && oldest.raisedAt < last.raisedAt) return part;
      next = page.offset + page.sent;
    }
  }

  const list: PagedAlertList = {
    head: () => pageAt(0),
    all() {
      whole ??= allPages(takePage).then((alerts) => alerts.filter(isOwn));
      return whole;
    },
    async page(window) {
      const part = whole === undefined ? await partFor(window) : undefined;
      return part === undefined
        ? newestFirst(await list.all(), window, keyOf)
        : newestPage(part, window, keyOf);
    },
  };
  return list;
}

function isNewestFirst(alerts: readonly Alert[]): boolean {
  return alerts.every(({ raisedAt }, index) => index === 0 || raisedAt <= (alerts[index - 1]?.raisedAt ?? 0));
}
