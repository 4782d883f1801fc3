import DataLoader from 'dataloader';
import type { Clock } from '../../base/clock.ts';
import { badUserInput, fromFailure, GatewayError } from '../../errors/index.ts';
import type { Page, Sim, SimApi } from '../../sim-api/index.ts';
import type { Window } from '../common/paging.ts';
import type { SimLoader } from './sim.loader.ts';
import { SimPage } from './sim.type.ts';

/** Reads stretches of lists of SIMs, in upstream order. */
export interface SimListLoader {
  /**
   * SIMs of the account, or of the group that is named.
   * Errors: BAD_USER_INPUT on a cursor that is none, and what the SIM API fails with.
   */
  page(window: Window, group: string | null): Promise<SimPage>;
}

/**
 * A cursor names a SIM, where it stood, and the SIMs around it on its page: between two pages the list may shift, and the
 * SIM itself may leave it.
 */
interface Place {
  readonly offset: number;
  /** Items of the whole list at that time. */
  readonly total: number;
  /** In list order; the SIM itself is the one at `self`. */
  readonly iccids: readonly string[];
  readonly self: number;
}

/** A SIM and where it stands in the list. */
interface Row {
  readonly offset: number;
  readonly sim: Sim;
}

/** SIMs of the list from an offset on, as far as they were read. */
interface Stretch {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly reachesEnd: boolean;
  /** Items of the stretch that tell of no SIM, since their ICCID cannot be read. */
  readonly unreadable: number;
}

/** How far a SIM may have moved since its cursor was given and still be found without another call. */
const slack = 300;
/** So many SIMs on either side of a cursor's own are remembered: as long as one of them stays, nothing is lost or repeated. */
const neighbours = 2;
/** Of a list that is read on, so many rows are read again, to notice that it has shifted. */
const overlap = 20;
/** A list that shifts faster than it is read is read anew so often. */
const maxReadings = 3;

/** A page of the account's list, or of a group's. */
interface ListPage {
  readonly group: string | null;
  readonly offset: number;
}

/**
 * A loader of lists over `/get_account_sims` and `/get_group_sims`, whose pages of 1000 hold the longest page of ours and the
 * slack. A page that is asked for twice in a request is read once.
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

/** Pages of one list. */
interface Pages {
  pageAt(offset: number): Promise<Page<Sim>>;
  /** What was read is out of date. */
  forget(): void;
}

/** One list, by what reads its pages. */
function createList({ pageAt, forget }: Pages, sims: SimLoader, clock: Clock) {
  /** The list from `offset` until there is enough of it, or to its end, in as many upstream pages as that takes. */
  async function read(offset: number, isEnough: (rows: readonly Row[]) => boolean): Promise<Stretch> {
    for (let reading = 1; reading <= maxReadings; reading++) {
      const stretch = await readOnce(offset, isEnough);
      if (stretch !== undefined) return stretch;
      forget();
    }
    const message = 'The list of SIMs changes faster than it can be read.';
    throw new GatewayError('UPSTREAM_UNAVAILABLE', { message });
  }

  /** As `read`, or undefined where so much left the list between two upstream pages that some of it is not known. */
  async function readOnce(
    offset: number,
    isEnough: (rows: readonly Row[]) => boolean,
  ): Promise<Stretch | undefined> {
    const rows = new Map<string, Row>();
    /** Their places: pages overlap. */
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

  /** The rows of a stretch between two of its indices, as a page. */
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
      // A page without SIMs has no cursor to go on from.
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
 * The index in a stretch at which the list goes on behind a place, or ends before it. Where the SIM of the place is gone,
 * the nearest neighbour that stayed tells. Where all are gone the offset does, moved back by as much as the list has
 * shrunk: that may repeat SIMs, and loses none.
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
