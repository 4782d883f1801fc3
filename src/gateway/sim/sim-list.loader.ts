import DataLoader from 'dataloader';
import type { Clock } from '../../base/clock.ts';
import { badUserInput, fromFailure, GatewayError } from '../../errors/index.ts';
import type { Page, Sim, SimApi } from '../../sim-api/index.ts';
import type { Window } from '../common/paging.ts';
import type { SimLoader } from './sim.loader.ts';
import { SimPage } from './sim.type.ts';

/** Reads pages of lists of SIMs, in the order of the SIM API. */
export interface SimListLoader {
  /**
   * SIMs of the account, or of `group`. Errors: BAD_USER_INPUT for an invalid cursor, and those of the SIM API.
   */
  page(window: Window, group: string | null): Promise<SimPage>;
}

/**
 * A decoded cursor: a SIM, its offset, and its neighbours on the page. The list may shift between two pages, and the SIM may leave it.
 */
interface Place {
  readonly offset: number;
  /** Number of items of the whole list when the cursor was created. */
  readonly total: number;
  /** In the order of the list; the SIM of the cursor is at index `self`. */
  readonly iccids: readonly string[];
  readonly self: number;
}

/** A SIM and its offset in the list. */
interface Row {
  readonly offset: number;
  readonly sim: Sim;
}

/** The part of the list that was read, from an offset on. */
interface Stretch {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly reachesEnd: boolean;
  /** Number of items of this part without a valid ICCID. */
  readonly unreadable: number;
}

/** Positions by which a SIM may have moved since its cursor was returned and still be found without another call. */
const slack = 300;
/** Number of SIMs that a cursor holds on either side of its SIM. If one of them is still in the list, no SIM is lost or repeated. */
const neighbours = 2;
/** Number of rows that the next page of the SIM API repeats, to detect that the list has shifted. */
const overlap = 20;
/** Maximum number of attempts to read a list that shifts during the read. */
const maxReadings = 3;

/** A page of the SIM API: of the account, or of a group. */
interface ListPage {
  readonly group: string | null;
  readonly offset: number;
}

/**
 * A loader over `/get_account_sims` and `/get_group_sims`. Their pages of 1000 have room for the largest page of the gateway and `slack`.
 * In one request each page is read once.
 */
export function createSimListLoader(simApi: SimApi, sims: SimLoader, clock: Clock): SimListLoader {
  const read = ({ group, offset }: ListPage) =>
    group === null ? simApi.sims.accountPage(offset) : simApi.sims.groupPage(group, offset);
  const pages = new DataLoader<ListPage, Page<Sim>, string>(
    (keys) => Promise.all(keys.map((key) => read(key).catch(fromFailure))),
    { cacheKeyFn: ({ group, offset }) => `${offset} ${group ?? ''}` },
  );
  return {
    page: (window, group) => {
      const pageAt = (offset: number) => pages.load({ group, offset });
      return createList({ pageAt, forget: () => pages.clearAll() }, sims, clock).page(window);
    },
  };
}

interface Pages {
  pageAt(offset: number): Promise<Page<Sim>>;
  /** Clears the cache of pages. */
  forget(): void;
}

function createList({ pageAt, forget }: Pages, sims: SimLoader, clock: Clock) {
  /** Reads the list from `offset` until `isEnough`, or to its end. Errors: UPSTREAM_UNAVAILABLE after `maxReadings` attempts. */
  async function read(offset: number, isEnough: (rows: readonly Row[]) => boolean): Promise<Stretch> {
    for (let reading = 1; reading <= maxReadings; reading++) {
      const stretch = await readOnce(offset, isEnough);
      if (stretch !== undefined) return stretch;
      forget();
    }
    const message = 'The list of SIMs changes faster than it can be read.';
    throw new GatewayError('UPSTREAM_UNAVAILABLE', { message });
  }

  /** One attempt of `read`; undefined if two pages of the SIM API do not overlap, because SIMs between them may be missing. */
  async function readOnce(
    offset: number,
    isEnough: (rows: readonly Row[]) => boolean,
  ): Promise<Stretch | undefined> {
    const rows = new Map<string, Row>();
    /** Offsets, because pages overlap. */
    const unreadable = new Set<number>();
    for (let next = offset; ; ) {
      const page = await pageAt(next);
      const fresh = rowsOf(page);
      const joins = rows.size === 0 || fresh.some(({ sim }) => rows.has(sim.iccid));
      if (!joins && fresh.length > 0) return undefined;
      for (const row of fresh) if (!rows.has(row.sim.iccid)) rows.set(row.sim.iccid, row);
      const found = [...rows.values()];
      for (const place of page.unreadable) unreadable.add(place);
      if (page.isLast || isEnough(found))
        return { rows: found, total: page.total, reachesEnd: page.isLast, unreadable: unreadable.size };
      next = page.offset + page.sent - Math.min(overlap, Math.floor(page.sent / 2));
    }
  }

  /** The rows between two indices of a stretch, as a page. */
  function cut(
    { rows, total, reachesEnd, unreadable }: Stretch,
    from: number,
    to: number,
    asOf: Date,
  ): SimPage {
    const start = Math.max(0, from);
    const picked = rows.slice(start, Math.max(start, to));
    const nodes = picked.map(({ sim }) => sim);
    for (const sim of nodes) sims.prime(sim);
    const cursorAt = (index: number) => {
      const first = Math.max(0, index - neighbours);
      const iccids = nodes.slice(first, index + neighbours + 1).map(({ iccid }) => iccid);
      return encodeCursor({ offset: picked[index]?.offset ?? 0, total, iccids, self: index - first });
    };
    const [head] = picked;
    return new SimPage({ asOf, isComplete: true, unreadableSims: unreadable }, nodes, total, cursorAt, {
      hasPreviousPage: head !== undefined && head.offset > 0,
      // An empty page has no cursor for the next page.
      hasNextPage: head !== undefined && (start + nodes.length < rows.length || !reachesEnd),
    });
  }

  async function forward(count: number, after: Place | null, asOf: Date): Promise<SimPage> {
    if (after === null) return cut(await read(0, (rows) => rows.length >= count), 0, count, asOf);
    const enough = (rows: readonly Row[]) =>
      rows.length >= edgeIn(rows, after, after.total, 'behind') + count;
    const stretch = await read(Math.max(0, after.offset - slack), enough);
    const start = edgeIn(stretch.rows, after, stretch.total, 'behind');
    return cut(stretch, start, start + count, asOf);
  }

  async function backward(count: number, before: Place | null, asOf: Date): Promise<SimPage> {
    if (before === null) {
      const head = await read(0, () => true);
      const tail = head.reachesEnd ? head : await read(Math.max(0, head.total - count), () => false);
      return cut(tail, tail.rows.length - count, tail.rows.length, asOf);
    }
    const enough = (rows: readonly Row[]) => rows.length > edgeIn(rows, before, before.total, 'before');
    const stretch = await read(Math.max(0, before.offset - slack - count), enough);
    const end = edgeIn(stretch.rows, before, stretch.total, 'before');
    return cut(stretch, end - count, end, asOf);
  }

  return {
    page({ direction, count, cursor }: Window): Promise<SimPage> {
      const place = cursor === null ? null : decodeCursor(cursor, direction);
      return direction === 'forward'
        ? forward(count, place, clock.now())
        : backward(count, place, clock.now());
    },
  };
}

function rowsOf({ offset, rows }: Page<Sim>): Row[] {
  return rows.flatMap((sim, index) => (sim === undefined ? [] : [{ offset: offset + index, sim }]));
}

/**
 * The index at which the list continues behind a cursor, or ends before it. If the SIM of the cursor is gone, its nearest remaining
 * neighbour decides. If all are gone, the offset does, reduced by the number of SIMs that left the list: this may repeat SIMs but loses
 * none.
 */
function edgeIn(rows: readonly Row[], place: Place, total: number, side: 'before' | 'behind'): number {
  const indexOf = new Map(rows.map(({ sim }, index) => [sim.iccid, index]));
  const { iccids, self } = place;
  const own = indexOf.get(iccids[self] ?? '');
  if (own !== undefined) return side === 'behind' ? own + 1 : own;
  for (let distance = 1; distance <= neighbours; distance++) {
    const previous = indexOf.get(iccids[self - distance] ?? '');
    if (previous !== undefined) return previous + 1;
    const next = indexOf.get(iccids[self + distance] ?? '');
    if (next !== undefined) return next;
  }
  const edge = side === 'behind' ? place.offset + 1 - Math.max(0, place.total - total) : place.offset;
  const index = rows.findIndex(({ offset }) => offset >= edge);
  return index < 0 ? rows.length : index;
}

function encodeCursor({ offset, total, iccids, self }: Place): string {
  return Buffer.from([offset, total, self, ...iccids].join(':')).toString('base64url');
}

const maxInt = 2_147_483_647;
const cursorPattern = /^\d{1,10}:\d{1,10}:\d(:\d{18,22}){1,5}$/;

function decodeCursor(cursor: string, direction: Window['direction']): Place {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [offset, total, self, ...iccids] = text.split(':');
  const place = { offset: Number(offset), total: Number(total), self: Number(self), iccids };
  const isCursorPosition = place.offset <= maxInt && place.total <= maxInt && place.self < iccids.length;
  if (!cursorPattern.test(text) || !isCursorPosition)
    throw badUserInput(direction === 'forward' ? 'after' : 'before', 'must be a cursor that this list gave');
  return place;
}
