import type { List } from './list.ts';
import type { Span } from './screen.ts';
import { dataSize, money } from './words.ts';

/** A SIM as a row of a table. */
export interface SimRow {
  readonly iccid: string;
  readonly eid: string | null;
  readonly name: string | null;
  readonly state: string;
  readonly pendingState: string | null;
  /** SUSPENDED or DEACTIVATED if the state is OFFLINE and the reason is known; otherwise null. */
  readonly offlineReason: string | null;
  readonly group: { readonly id: string; readonly name: string } | null;
  readonly lastDataSessionAt: string | null;
  readonly lastNetworkActivityAt: string | null;
  readonly dataUsage: { readonly usedBytes: number | null; readonly limitMegabytes: number | null };
  /** Absent if the caller lacks the scope COST. */
  readonly cost?: { readonly cost: { readonly amount: number; readonly currency: string } } | null;
}

/** The JSON output of a SIM: plain values, null if there is none. */
function flatSim({ dataUsage, cost, group, ...sim }: SimRow) {
  const { iccid, eid, name, state, pendingState, offlineReason, lastDataSessionAt, lastNetworkActivityAt } =
    sim;
  const { usedBytes, limitMegabytes } = dataUsage;
  return {
    iccid,
    eid,
    name,
    state,
    pendingState,
    offlineReason,
    group: group?.name ?? null,
    usedBytes,
    limitMegabytes,
    lastDataSessionAt,
    lastNetworkActivityAt,
    cost: cost?.cost ?? null,
  };
}

/** Data used and data limit as text, `?` if the usage is unknown. */
export function usageText({ dataUsage: { usedBytes, limitMegabytes } }: SimRow): string {
  const used = usedBytes === null ? '?' : dataSize(usedBytes);
  return limitMegabytes === null ? used : `${used} of ${dataSize(limitMegabytes * 1e6)}`;
}

export function stateStyle({ state, pendingState }: SimRow): Span['style'] {
  if (pendingState !== null) return 'warn';
  return state === 'LIVE' ? 'good' : state === 'CLOSED' ? 'dim' : undefined;
}

export const SIM_LIST: List<SimRow> = {
  json: flatSim,
  // Named as in the CSV export of the gateway, where it has the same column.
  columns: [
    { name: 'iccid', value: ({ iccid }) => iccid, isWhole: true },
    { name: 'eid', heading: 'EID', value: ({ eid }) => eid, isWhole: true, only: 'csv' },
    { name: 'name', value: ({ name }) => name, isCutLast: true },
    {
      name: 'state',
      value: ({ state }) => state,
      cell: (sim) => styled(sim.state, stateStyle(sim)),
      isWhole: true,
    },
    {
      name: 'pendingState',
      heading: 'PENDING',
      value: ({ pendingState }) => pendingState,
      cell: ({ pendingState }) => styled(pendingState ?? '', 'warn'),
      isWhole: true,
      isLeftOutIfEmpty: true,
    },
    { name: 'offlineReason', value: ({ offlineReason }) => offlineReason, only: 'csv' },
    { name: 'group', value: ({ group }) => group?.name },
    { name: 'usage', value: usageText, only: 'table' },
    { name: 'usedBytes', value: ({ dataUsage }) => dataUsage.usedBytes, only: 'csv' },
    { name: 'limitMegabytes', value: ({ dataUsage }) => dataUsage.limitMegabytes, only: 'csv' },
    { name: 'lastDataSessionAt', value: ({ lastDataSessionAt }) => lastDataSessionAt, only: 'csv' },
    {
      name: 'lastNetworkActivityAt',
      value: ({ lastNetworkActivityAt }) => lastNetworkActivityAt,
      only: 'csv',
    },
    { name: 'cost', value: ({ cost }) => (cost ? money(cost.cost) : ''), only: 'table', needs: 'COST' },
    { name: 'costAmount', value: ({ cost }) => cost?.cost.amount, only: 'csv', needs: 'COST' },
    { name: 'costCurrency', value: ({ cost }) => cost?.cost.currency, only: 'csv', needs: 'COST' },
  ],
};

const styled = (text: string, style: Span['style']): Span => ({ text, ...(style && { style }) });
