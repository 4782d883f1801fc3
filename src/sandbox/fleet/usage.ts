import type { Month } from './month.ts';
import { monthEnd, monthOf, monthStart, shiftMonth } from './month.ts';
import { type Network, networks } from './network.ts';
import { fraction, hash } from './random.ts';
import { carriesData, firstUsedAt, type Sim } from './sim.ts';

export interface Session {
  readonly id: number;
  readonly startAt: number;
  readonly bytes: number;
  readonly network: Network;
}

interface LastSession {
  readonly startAt: number;
  readonly network: Network;
}

/** The usage of a SIM and its cost, in millionths of the currency so that sums stay exact. */
export interface Usage {
  readonly bytes: number;
  readonly costMicros: number;
}

const SESSION_TIME = 101;
const SESSION_BYTES = 102;
const SESSION_PLACE = 103;

/** Number of session ids reserved for each SIM. Within them, slot n (which may be negative) has the id `FIRST_SLOT_ID` + n. */
const IDS_PER_SIM = 1_000_000;
const FIRST_SLOT_ID = 400_000;
const FIRST_MONTHLY_ID = 900_000;

/** Millionths of a euro per megabyte. */
const MICROS_PER_MEGABYTE = 12_500;

type Visit = (startAt: number, bytes: number, slot: number | null) => void;

/** The sessions of a SIM that began from `from` to `to`, both included, newest first. */
export function sessionsBetween(sim: Sim, from: number, to: number): Session[] {
  const sessions: Session[] = [];
  visitSessions(sim, from, to, (startAt, bytes, slot) => {
    const id = slot === null ? FIRST_MONTHLY_ID + monthsSinceEpoch(startAt) : FIRST_SLOT_ID + slot;
    sessions.push({
      id: sim.number * IDS_PER_SIM + id,
      startAt,
      bytes,
      network: networkOfSlot(sim, slot ?? 0),
    });
  });
  return sessions.sort((a, b) => b.startAt - a.startAt);
}

/** The usage of a SIM in a month, up to `now`. */
export function usageInMonth(sim: Sim, month: Month, now: number): Usage {
  let bytes = 0;
  let costMicros = 0;
  visitSessions(sim, monthStart(month), Math.min(now, monthEnd(month)), (_, sessionBytes) => {
    bytes += sessionBytes;
    costMicros += costMicrosOf(sessionBytes);
  });
  return { bytes, costMicros };
}

/** The cost of `bytes`, in millionths of the currency. */
export function costMicrosOf(bytes: number): number {
  return Math.round((bytes * MICROS_PER_MEGABYTE) / 1_000_000);
}

/** Whether a SIM has a cost history for a month. */
export function hasHistory(sim: Sim, month: Month, now: number): boolean {
  if (sim.special === 'E101') return false;
  const usedFrom = firstUsedAt(sim);
  return usedFrom !== null && usedFrom <= monthEnd(month) && monthStart(month) <= now;
}

/** The last session of a SIM up to `now`; null if there was none. */
export function lastSession(sim: Sim, now: number): LastSession | null {
  const slot = lastSlot(sim, now);
  const monthly = lastMonthly(sim, now);
  return monthly !== null && monthly.startAt > (slot?.startAt ?? 0) ? monthly : slot;
}

function lastSlot(sim: Sim, now: number): LastSession | null {
  let end = Math.min(now, silentFrom(sim) - 1);
  for (const period of sim.history.toReversed()) {
    if (carriesData(period.status)) {
      const { anchorAt, slotMs } = sim.habit;
      for (let slot = Math.floor((end - anchorAt) / slotMs); ; slot--) {
        const startAt = slotStart(sim, slot);
        if (startAt < period.from) break;
        if (startAt <= end) return { startAt, network: networkOfSlot(sim, slot) };
      }
    }
    end = Math.min(end, period.from - 1);
  }
  return null;
}

/** When the usage of a month reaches `limitBytes`, after `from` and up to `to`; null if it does not. */
export function limitReachedBetween(sim: Sim, from: number, to: number, limitBytes: number): number | null {
  for (let month = monthOf(from); monthStart(month) <= to; month = shiftMonth(month, 1)) {
    let used = 0;
    let reachedAt: number | null = null;
    visitSessions(sim, monthStart(month), Math.min(to, monthEnd(month)), (startAt, bytes) => {
      used += bytes;
      if (reachedAt === null && startAt > from && used >= limitBytes) reachedAt = startAt;
    });
    if (reachedAt !== null) return reachedAt;
  }
  return null;
}

/** Visits the sessions that began from `from` to `to`, both included: first the monthly ones, then the others, oldest first. */
function visitSessions(sim: Sim, from: number, to: number, visit: Visit): void {
  visitMonthly(sim, from, to, visit);
  const { anchorAt, slotMs, maxSessionBytes } = sim.habit;
  sim.history.forEach((period, index) => {
    if (!carriesData(period.status)) return;
    const begin = Math.max(from, period.from);
    const nextFrom = sim.history[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    const end = Math.min(to, nextFrom - 1, silentFrom(sim) - 1);
    for (let slot = Math.floor((begin - anchorAt) / slotMs); anchorAt + slot * slotMs <= end; slot++) {
      const startAt = slotStart(sim, slot);
      if (startAt >= begin && startAt <= end) visit(startAt, slotBytes(sim, slot, maxSessionBytes), slot);
    }
  });
}

function visitMonthly(sim: Sim, from: number, to: number, visit: Visit): void {
  const { monthlyBytes } = sim.habit;
  const usedFrom = firstUsedAt(sim);
  if (monthlyBytes === 0 || usedFrom === null) return;
  for (let month = monthOf(Math.max(from, usedFrom)); monthStart(month) <= to; month = shiftMonth(month, 1)) {
    const startAt = monthStart(month);
    if (startAt >= from && startAt >= usedFrom) visit(startAt, monthlyBytes, null);
  }
}

function lastMonthly(sim: Sim, now: number): LastSession | null {
  let last: number | null = null;
  visitMonthly(sim, monthStart(monthOf(now)), now, (startAt) => {
    last = startAt;
  });
  return last === null ? null : { startAt: last, network: networkOfSlot(sim, 0) };
}

function silentFrom({ habit }: Sim): number {
  return habit.dataStop?.from ?? Number.POSITIVE_INFINITY;
}

function slotStart(sim: Sim, slot: number): number {
  const { anchorAt, slotMs } = sim.habit;
  return anchorAt + slot * slotMs + Math.floor(fraction(sim.root, slot, SESSION_TIME) * slotMs);
}

/** About one session in seven has 0 bytes; most of the others are small, like telemetry. */
function slotBytes(sim: Sim, slot: number, maxSessionBytes: number): number {
  const share = fraction(sim.root, slot, SESSION_BYTES);
  return share < 0.15 ? 0 : Math.ceil(maxSessionBytes * share ** 3);
}

/** About nine of ten sessions are on the home network. */
function networkOfSlot(sim: Sim, slot: number): Network {
  const draw = hash(sim.root, slot, SESSION_PLACE);
  const index = draw % 10 === 0 ? sim.home + (draw >>> 8) : sim.home;
  return networks[index % networks.length] ?? networks[0];
}

function monthsSinceEpoch(at: number): number {
  const { year, month } = monthOf(at);
  return (year - 1970) * 12 + month;
}
