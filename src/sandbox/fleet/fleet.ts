import { createSim, initialGroup, mayHaveAlerts, type Origin } from './create-sim.ts';
import { numberOfEid, numberOfIccid } from './identity.ts';
import { monthOf, monthStart } from './month.ts';
import { seedNumber } from './random.ts';
import type { Sim } from './sim.ts';
import { createSpecialSim, SPECIAL_SIMS, specialIndex } from './special.ts';
import { advanceTo } from './transitions.ts';

export interface FleetOptions {
  readonly seed: string;
  /** Initial number of SIMs; if `special`, the last `SPECIAL_SIMS` of them show the error codes. */
  readonly sims: number;
  readonly special: boolean;
  readonly startAt: number;
}

/**
 * The SIMs of one account, by number. A SIM is derived from the seed on each access; only changed SIMs are
 * stored. All instants are times of the world's clock.
 */
export interface Fleet {
  readonly origin: Origin;
  /** Current number of SIMs. */
  size(): number;
  /** The numbers of the SIMs in the order in which the account lists them. */
  numbers(offset: number, count: number): number[];
  /** The numbers of the SIMs in a group, in the order of the list. */
  numbersInGroup(group: string): readonly number[];
  /** The names of the groups that have SIMs, sorted. */
  groups(): string[];
  /** The numbers of the SIMs that may have alerts. */
  numbersWithAlerts(): number[];
  /** The SIM at `now`, for reading only. */
  simAt(number: number, now: number): Sim;
  /** The SIM at `now`, stored in the fleet, so that changes to it last. */
  changeableAt(number: number, now: number): Sim;
  /** Must be called after the group of a SIM changed. */
  regrouped(): void;
  findByIccid(iccid: string): number | null;
  findByEid(eid: string): number | null;
  /** Adds SIMs to the end of the list and returns their numbers. */
  add(count: number): number[];
  remove(number: number): void;
}

/** Creates a fleet; its SIMs take no memory until they are changed. */
export function createFleet({ seed, sims, special, startAt }: FleetOptions): Fleet {
  const origin: Origin = { seed: seedNumber(seed), startAt, anchorAt: monthStart(monthOf(startAt)) };
  const firstSpecial = special ? sims - SPECIAL_SIMS : Number.POSITIVE_INFINITY;
  const changed = new Map<number, Sim>();
  const removed = new Set<number>();
  let end = sims;
  let groupIndex: Map<string, number[]> | null = null;

  function created(number: number): Sim {
    return createSpecialSim(origin, number, number - firstSpecial) ?? createSim(origin, number);
  }

  function simAt(number: number, now: number): Sim {
    const sim = changed.get(number) ?? created(number);
    advanceTo(sim, now);
    return sim;
  }

  function groupOf(number: number): string | null {
    const sim = changed.get(number);
    if (sim !== undefined) return sim.group;
    return isSpecial(number) ? null : initialGroup(origin, number);
  }

  function isSpecial(number: number): boolean {
    return number >= firstSpecial && number < sims;
  }

  function* present(from = 0): Generator<number> {
    for (let number = from; number < end; number++) if (!removed.has(number)) yield number;
  }

  function indexed(): Map<string, number[]> {
    if (groupIndex !== null) return groupIndex;
    groupIndex = new Map();
    for (const number of present()) {
      const group = groupOf(number);
      if (group === null) continue;
      const members = groupIndex.get(group);
      if (members === undefined) groupIndex.set(group, [number]);
      else members.push(number);
    }
    return groupIndex;
  }

  /** The number at a position of the list: each SIM removed before it moves the list by one. */
  function numberAtPlace(place: number): number {
    let number = place;
    for (const gone of [...removed].sort((a, b) => a - b)) if (gone <= number) number++;
    return number;
  }

  function found(number: number): number | null {
    return number < end && !removed.has(number) ? number : null;
  }

  return {
    origin,
    size: () => end - removed.size,
    numbers(offset, count) {
      const page: number[] = [];
      if (count <= 0) return page;
      for (const number of present(numberAtPlace(offset))) {
        page.push(number);
        if (page.length === count) break;
      }
      return page;
    },
    numbersInGroup: (group) => indexed().get(group) ?? [],
    groups: () => [...indexed().keys()].sort(),
    numbersWithAlerts: () =>
      [...present()].filter(
        (number) => changed.has(number) || (!isSpecial(number) && mayHaveAlerts(origin, number)),
      ),
    simAt,
    changeableAt(number, now) {
      const sim = simAt(number, now);
      changed.set(number, sim);
      return sim;
    },
    regrouped() {
      groupIndex = null;
    },
    findByIccid(iccid) {
      const index = specialIndex(iccid);
      if (index >= 0) return special ? found(firstSpecial + index) : null;
      const number = numberOfIccid(origin.seed, iccid);
      return found(number) !== null && created(number).iccid === iccid ? number : null;
    },
    findByEid(eid) {
      const number = numberOfEid(origin.seed, eid);
      return found(number) !== null && created(number).eid === eid ? number : null;
    },
    add(count) {
      const first = end;
      end += count;
      groupIndex = null;
      return Array.from({ length: count }, (_, index) => first + index);
    },
    remove(number) {
      removed.add(number);
      changed.delete(number);
      groupIndex = null;
    },
  };
}
