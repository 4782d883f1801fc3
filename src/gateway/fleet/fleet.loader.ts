import DataLoader from 'dataloader';
import { within } from '../../base/within.ts';
import { GatewayError } from '../../errors/index.ts';
import {
  checkFilter,
  costOf,
  decodeCursor,
  encodeCursor,
  type FleetCount,
  type FleetState,
  type FleetStore,
  hasConditions,
  isCursorPosition,
  listParts,
  requireIndex,
  type SimFilter,
  type SimOrder,
  type SimRow,
} from '../../fleet-index/index.ts';
import { type SimState, simStates, type YearMonth } from '../../sim-api/index.ts';
import { StoreUnavailable } from '../../store/index.ts';
import type { Window } from '../common/paging.ts';
import type { Loaders } from '../loaders.ts';
import { SimPage } from '../sim/sim.type.ts';
import type { FleetSummary } from './fleet.type.ts';

export interface FleetQuery {
  readonly filter: SimFilter | null;
  readonly orderBy: SimOrder | null;
  readonly window: Window;
  /** Only the SIMs of this group; null for all. */
  readonly group: string | null;
  /** Whether the total count is needed. */
  readonly isCounted: boolean;
}

/** An export of all SIMs that match. */
interface FleetExport {
  /** Progress of the index; null if nothing of the account was read yet. */
  readonly state: FleetState | null;
  /**
   * Reads the SIMs as one snapshot, in batches; the next batch is read when `take` has resolved. It uses one connection of the store
   * until it ends. Errors: StoreUnavailable and those of `take`.
   */
  readonly read: (take: (rows: readonly SimRow[]) => Promise<void>) => Promise<void>;
}

/** Queries the fleet index, for one request. Errors of all methods: BAD_USER_INPUT, FEATURE_NOT_ENABLED, StoreUnavailable. */
export interface FleetLoader {
  /**
   * A page of SIMs. If the index is switched off, empty, or does not answer within 2 s, a list without filter and order comes from the SIM
   * API. Errors: also those of the SIM API for such a list.
   */
  page(query: FleetQuery): Promise<SimPage>;
  /** Counts of the SIMs that match. */
  summary(filter: SimFilter | null): Promise<FleetSummary>;
  /** Counts of the SIMs of a group; those of several groups are read in one query. */
  groupSummary(group: string): Promise<FleetSummary>;
  /** All SIMs that match; only from the index. */
  export(filter: SimFilter | null, orderBy: SimOrder | null): Promise<FleetExport>;
}

/** Timeout of the index for a list without filter and order, in ms. */
const timeoutMs = 2000;
const byIccid: SimOrder = { field: 'ICCID', direction: 'ASC' };

/** A loader over the index of one tenant, as the caller may read it; `store` is null if this gateway keeps no index. */
export function createFleetLoader(
  store: FleetStore | null,
  loaders: Loaders,
  tenant: string,
  thisMonth: YearMonth,
  onlyGroups: readonly string[] | null,
): FleetLoader {
  const requiredIndex = () => requireIndex(store);
  const state = () => requiredIndex().state(tenant);

  async function counts(filter: SimFilter | null, groups: readonly string[] | null) {
    if (filter !== null) checkFilter('filter', filter);
    const scope = { tenant, group: null, filter };
    // The state is read first, so that the rows read after it are not older than its `asOf`.
    const known = await state();
    return [known === null ? [] : await requiredIndex().counts(scope, groups), known] as const;
  }

  const groupSummaries = new DataLoader<string, FleetSummary>(async (groups) => {
    const [found, known] = await counts(null, groups);
    const countsOf = new Map<string | null, FleetCount[]>(groups.map((group) => [group, []]));
    for (const count of found) countsOf.get(count.groupName)?.push(count);
    return groups.map((group) => summaryOf(countsOf.get(group) ?? [], known));
  });

  /** A page from the SIM API, which has lists of the account and of one group. */
  async function simApiPage(window: Window, group: string | null): Promise<SimPage> {
    const [onlyGroup] = onlyGroups ?? [];
    if (group !== null || onlyGroup === undefined) return loaders.simList.page(window, group);
    if (onlyGroups?.length === 1) return loaders.simList.page(window, onlyGroup);
    if (store === null) requireIndex(store);
    throw new GatewayError('FLEET_INCOMPLETE', {
      message: 'The caller is limited to several groups, and only the fleet index lists their SIMs together.',
    });
  }

  async function indexedPage({
    filter,
    orderBy,
    window,
    group,
    isCounted,
  }: FleetQuery): Promise<SimPage | null> {
    const index = requiredIndex();
    const order = orderBy ?? byIccid;
    const { direction, count, cursor } = window;
    const place = cursor === null ? null : decodeCursor(cursor, order.field, direction);
    const scope = { tenant, group, filter };
    const page = await index.page(scope, listParts(order, direction, place), count + 1, isCounted);
    if (page === null) return null;
    const { rows } = page;
    const hasMore = rows.length > count;
    const shown = direction === 'forward' ? rows.slice(0, count) : rows.slice(0, count).reverse();
    for (const row of shown) {
      const cost = costOf(row, thisMonth);
      if (cost !== undefined) loaders.costs.prime(row.iccid, thisMonth, cost);
    }
    const cursorAt = (index: number) => {
      const row = shown[index];
      return row === undefined ? '' : encodeCursor(row, order.field);
    };
    const around =
      direction === 'forward'
        ? { hasNextPage: hasMore, hasPreviousPage: place !== null }
        : { hasNextPage: place !== null, hasPreviousPage: hasMore };
    return new SimPage(page.state, shown, page.count ?? 0, cursorAt, around);
  }

  return {
    async page(query) {
      const { filter, orderBy, window, group } = query;
      if (filter !== null) checkFilter('filter', filter);
      const { cursor } = window;
      const isPlain =
        !hasConditions(filter) && orderBy === null && (cursor === null || !isCursorPosition(cursor));
      // A cursor of a SIM API list continues that list.
      if (isPlain && (store === null || cursor !== null)) return simApiPage(window, group);
      try {
        const page = await (isPlain ? within(timeoutMs, indexedPage(query), null) : indexedPage(query));
        if (page !== null) return page;
      } catch (error) {
        if (!(error instanceof StoreUnavailable && isPlain)) throw error;
      }
      if (isPlain) return simApiPage(window, group);
      const nothing = { asOf: new Date(), isComplete: false, unreadableSims: 0 };
      return new SimPage(nothing, [], 0, () => '', { hasNextPage: false, hasPreviousPage: false });
    },

    async export(filter, orderBy) {
      if (filter !== null) checkFilter('filter', filter);
      const index = requiredIndex();
      const known = await state();
      return {
        state: known,
        async read(take) {
          if (known !== null) await index.export({ tenant, group: null, filter }, orderBy ?? byIccid, take);
        },
      };
    },

    async summary(filter) {
      const [found, known] = await counts(filter, null);
      return summaryOf(found, known);
    },

    groupSummary: (group) => groupSummaries.load(group),
  };
}

function summaryOf(counts: readonly FleetCount[], known: FleetState | null): FleetSummary {
  const byState = new Map<SimState, number>(simStates.map((state) => [state, 0]));
  const byGroup = new Map<string | null, number>();
  const totals = { total: 0, transitioning: 0, overDataLimit: 0, usedBytes: 0 };
  for (const { state, groupName, count, transitioning, overDataLimit, usedBytes } of counts) {
    byState.set(state, (byState.get(state) ?? 0) + count);
    byGroup.set(groupName, (byGroup.get(groupName) ?? 0) + count);
    totals.total += count;
    totals.transitioning += transitioning;
    totals.overDataLimit += overDataLimit;
    totals.usedBytes += usedBytes;
  }
  const groups = [...byGroup].sort(([a], [b]) => byNameNullLast(a, b));
  return {
    ...totals,
    byState: [...byState].map(([state, count]) => ({ state, count })),
    byGroup: groups.map(([groupName, count]) => ({ groupName, count })),
    asOf: known?.asOf ?? new Date(),
    isComplete: known?.isComplete ?? false,
    unreadableSims: known?.unreadableSims ?? 0,
  };
}

function byNameNullLast(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
