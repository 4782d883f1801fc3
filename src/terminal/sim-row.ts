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
  readonly dataUsage: { readonly usedBytes: number | null; readonly limitMegabytes: number | null };
  /** Absent if the caller lacks the scope COST. */
  readonly cost?: { readonly cost: { readonly amount: number; readonly currency: string } } | null;
}

/** The JSON output of a SIM: plain values, null if there is none. */
export function flatSim({ dataUsage, cost, group, ...sim }: SimRow) {
  const { iccid, eid, name, state, pendingState, offlineReason } = sim;
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

/** The cells of a row: ICCID, name, state, pending state, group, usage, cost. */
export function cellsOf(sim: SimRow): Span[] {
  const style = stateStyle(sim);
  return [
    { text: sim.iccid },
    { text: sim.name ?? '' },
    { text: sim.state, ...(style && { style }) },
    { text: sim.pendingState ?? '', style: 'warn' },
    { text: sim.group?.name ?? '' },
    { text: usageText(sim) },
    { text: sim.cost ? money(sim.cost.cost) : '' },
  ];
}
