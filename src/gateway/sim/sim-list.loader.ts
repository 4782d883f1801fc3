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

/** A cursor names a SIM and where it stood: the list may shift between two pages. */
interface Place {
  readonly offset: number;
  readonly iccid: string;
}

/** SIMs of the list from an offset on, as far as they were read. */
interface Stretch {
  readonly offset: number;
  readonly sims: readonly Sim[];
  readonly total: number;
}

/** How far a SIM may have moved since its cursor was given and still be found without another call. */
const slack = 300;

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
    const cursorAt = (index: number) =>
      encodeCursor({ offset: place + index, iccid: nodes[index]?.iccid ?? '' });
    const around = { hasPreviousPage: place > 0, hasNextPage: place + nodes.length < total };
    return new SimPage(asOf, nodes, total, cursorAt, around);
  }

  async function forward(count: number, after: Place | null, asOf: Date): Promise<SimPage> {
    const offset = after === null ? 0 : Math.max(0, after.offset - slack);
    const startOf = (found: readonly Sim[]) => {
      if (after === null) return 0;
      const anchor = indexOf(after, found);
      // A SIM that has left the list left its place to the one behind it.
      return anchor < 0 ? after.offset - offset : anchor + 1;
    };
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
    const endOf = (found: readonly Sim[]) => {
      const anchor = indexOf(before, found);
      return anchor < 0 ? before.offset - offset : anchor;
    };
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

function indexOf({ iccid }: Place, sims: readonly Sim[]): number {
  return sims.findIndex((sim) => sim.iccid === iccid);
}

function encodeCursor({ offset, iccid }: Place): string {
  return Buffer.from(`${offset}:${iccid}`).toString('base64url');
}

function decodeCursor(cursor: string, direction: Window['direction']): Place {
  const [, offset, iccid] =
    /^(\d{1,9}):(\d{18,22})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (offset === undefined || iccid === undefined)
    throw badUserInput(direction === 'forward' ? 'after' : 'before', 'must be a cursor that this list gave');
  return { offset: Number(offset), iccid };
}
