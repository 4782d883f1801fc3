/** Remembers which SIMs a walk has met, in 16 bytes each: a million texts would be a hundred megabytes. */
export interface IccidSet {
  add(iccid: string): void;
  has(iccid: string): boolean;
  /** How many there are. */
  size(): number;
}

/** A prime below 2^53: what is left of a number after dividing by it is kept exactly. */
const modulus = 9_007_199_254_740_881n;
const minSlots = 1024;

/**
 * An empty set of ICCIDs. It keeps a number of 53 bits for each: that two of a million SIMs have the same one happens in one set of
 * twenty thousand, and then a SIM that has left is noticed by a later walk.
 */
export function createIccidSet(): IccidSet {
  // 0 stands for an empty place.
  let slots = new Float64Array(minSlots);
  let count = 0;

  function slotOf(mark: number): number {
    let slot = mark % slots.length;
    while (slots[slot] !== 0 && slots[slot] !== mark) slot = (slot + 1) % slots.length;
    return slot;
  }

  function put(mark: number): void {
    const slot = slotOf(mark);
    if (slots[slot] === mark) return;
    slots[slot] = mark;
    count++;
  }

  function grow(): void {
    const before = slots;
    slots = new Float64Array(before.length * 2);
    count = 0;
    for (const mark of before) if (mark !== 0) put(mark);
  }

  return {
    add(iccid) {
      put(markOf(iccid));
      if (count * 2 > slots.length) grow();
    },
    has: (iccid) => slots[slotOf(markOf(iccid))] !== 0,
    size: () => count,
  };
}

function markOf(iccid: string): number {
  return Number(BigInt(iccid) % modulus) + 1;
}
