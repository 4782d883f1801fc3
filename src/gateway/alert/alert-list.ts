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

/** Alerts of one scope, newest first. Errors: those of the SIM API, and BAD_USER_INPUT for an invalid cursor. */
export interface AlertList {
  page(window: Window): Promise<ConnectionPage<Alert>>;
}

/** A list that is read page by page; each page is read once. */
export interface PagedAlertList extends AlertList {
  /** The first page of the SIM API, which has the number of alerts. */
  head(): Promise<Page<Alert>>;
  /** The whole list, in the order of the SIM API. */
  all(): Promise<readonly Alert[]>;
}

/** A first page with fewer alerts than this does not show the order of the list. */
const minSample = 10;
/** Positions by which an alert may have moved since its cursor was returned and still be found without reading the whole list. */
const slack = 300;

const keyOf = ({ id, raisedAt }: Alert): SortKey => ({ id, at: raisedAt });

/** A list over alerts that were all read already. */
export function knownAlerts(alerts: readonly Alert[]): AlertList {
  return { page: async (window) => newestFirst(alerts, window, keyOf) };
}

/**
 * A list of alerts over the pages of the SIM API, which promises no order. If the first and the last page show that the list is
 * sorted newest first, a page reads only the part that it needs; otherwise it reads the whole list.
 * `isOwn` filters out alerts that do not belong to the scope.
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

  /** A page, at most once from the cache: if the list has shifted, the next read asks the SIM API again. */
  function takePage(offset: number): Promise<Page<Alert>> {
    const page = pageAt(offset);
    pages.delete(offset);
    return page;
  }

  /** A part of the list that contains the page, or undefined if the list is not known to be sorted. */
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
      // If the list has become shorter, alerts may have moved to pages that were read before.
      if (page.total < total || !items.every(isOwn) || !isNewestFirst(items)) return undefined;
      // Alerts with the same time are in any order, so the part must begin with an alert newer than the cursor and end with one older than
      // the page.
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
