import type { Clock } from '../../base/clock.ts';
import type { Sim, SimApi } from '../../sim-api/index.ts';
import type { Window } from '../common/paging.ts';
import { badUserInput } from '../errors/gateway-error.ts';
import type { SimLoader } from './sim.loader.ts';
import { SimPage } from './sim.type.ts';

/** Reads stretches of the account's list of SIMs, in upstream order. */
export interface SimListLoader {
  /** Errors: BAD_USER_INPUT on a cursor that is none, and what the SIM API fails with. */
  page(window: Window): Promise<SimPage>;
}

/**
 * A cursor names a SIM and where it stood, and the SIMs before and behind it on its page: between two pages the list may
 * shift, and the SIM itself may leave it.
 */
interface Place {
  readonly offset: number;
  /** In list order; the SIM itself is the one at `self`. */
  readonly iccids: readonly string[];
  readonly self: number;
}

/** SIMs of the list from an offset on, as far as they were read. */
interface Stretch {
  readonly offset: number;
  readonly sims: readonly Sim[];
  readonly total: number;
}

/** How far a SIM may have moved since its cursor was given and still be found without another call. */
const slack = 300;
/** So many SIMs on either side of a cursor's own are remembered: as long as one of them stays, nothing is lost or repeated. */
const neighbours = 2;

/** A loader of the list over `/get_account_sims`, whose pages of 1000 hold the longest page of ours and the slack. */
export function createSimListLoader(simApi: SimApi, sims: SimLoader, clock: Clock): SimListLoader {
  /** The list from `offset` until there is enough of it, or to its end, in as many upstream pages as that takes. */
  async function read(offset: number, isEnough: (sims: readonly Sim[]) => boolean): Promise<Stretch> {
    const found: Sim[] = [];
    for (let next = offset; ; ) {
      const page = await simApi.sims.accountPage(next);
      found.push(...page.items);
      next += page.sent;
      if (page.sent === 0 || next >= page.total || isEnough(found))
        return { offset, sims: found, total: page.total };
    }
  }

  /** The items of a stretch between two of its indices, as a page. */
  function cut({ offset, sims: found, total }: Stretch, from: number, to: number, asOf: Date): SimPage {
    const start = Math.max(0, from);
    const nodes = found.slice(start, Math.max(start, to));
    for (const sim of nodes) sims.keep(sim);
    const place = offset + start;
    const cursorAt = (index: number) => {
      const first = Math.max(0, index - neighbours);
      const iccids = nodes.slice(first, index + neighbours + 1).map(({ iccid }) => iccid);
      return encodeCursor({ offset: place + index, iccids, self: index - first });
    };
    const around = { hasPreviousPage: place > 0, hasNextPage: place + nodes.length < total };
    return new SimPage(asOf, nodes, total, cursorAt, around);
  }

  async function forward(count: number, after: Place | null, asOf: Date): Promise<SimPage> {
    const offset = after === null ? 0 : Math.max(0, after.offset - slack);
    const startOf = (found: readonly Sim[]) => (after === null ? 0 : edgeIn(found, after, offset, 'behind'));
    const stretch = await read(offset, (found) => found.length >= startOf(found) + count);
    const start = startOf(stretch.sims);
    return cut(stretch, start, start + count, asOf);
  }

  async function backward(count: number, before: Place | null, asOf: Date): Promise<SimPage> {
    if (before === null) {
      const head = await read(0, () => true);
      const isWhole = head.sims.length >= head.total;
      const tail = isWhole ? head : await read(Math.max(0, head.total - count), () => false);
      return cut(tail, tail.sims.length - count, tail.sims.length, asOf);
    }
    const offset = Math.max(0, before.offset - slack - count);
    const endOf = (found: readonly Sim[]) => edgeIn(found, before, offset, 'before');
    const stretch = await read(offset, (found) => found.length >= endOf(found));
    const end = endOf(stretch.sims);
    return cut(stretch, end - count, end, asOf);
  }

  return {
    page({ direction, count, cursor }) {
      const place = cursor === null ? null : decodeCursor(cursor, direction);
      return direction === 'forward'
        ? forward(count, place, clock.now())
        : backward(count, place, clock.now());
    },
  };
}

/**
 * The index in a stretch at which the list goes on behind a place, or ends before it. Where the SIM of the place is gone,
 * the nearest neighbour that stayed tells; where all are gone, the offset does.
 */
function edgeIn(sims: readonly Sim[], place: Place, offset: number, side: 'before' | 'behind'): number {
  const indexOf = new Map(sims.map(({ iccid }, index) => [iccid, index]));
  const { iccids, self } = place;
  const own = indexOf.get(iccids[self] ?? '');
  if (own !== undefined) return side === 'behind' ? own + 1 : own;
  for (let distance = 1; distance <= neighbours; distance++) {
    const previous = indexOf.get(iccids[self - distance] ?? '');
    if (previous !== undefined) return previous + 1;
    const next = indexOf.get(iccids[self + distance] ?? '');
    if (next !== undefined) return next;
  }
  return Math.max(0, place.offset - offset);
}

function encodeCursor({ offset, iccids, self }: Place): string {
  return Buffer.from([offset, self, ...iccids].join(':')).toString('base64url');
}

const cursorPattern = /^\d{1,9}:\d(:\d{18,22}){1,5}$/;

function decodeCursor(cursor: string, direction: Window['direction']): Place {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!cursorPattern.test(text))
    throw badUserInput(direction === 'forward' ? 'after' : 'before', 'must be a cursor that this list gave');
  const [offset, self, ...iccids] = text.split(':');
  return { offset: Number(offset), self: Number(self), iccids };
}
