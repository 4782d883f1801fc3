/** The SIMs that a full sync has seen. A million SIMs take 16 bytes each; as strings they would take 100 MB. */
export interface IccidSet {
  add(iccid: string): void;
  has(iccid: string): boolean;
  size(): number;
}

/** A prime below 2^53, so that a double stores each remainder exactly. */
const modulus = 9_007_199_254_740_881n;
const minSlots = 1024;

/**
 * Creates an empty set, which stores a 53-bit number for each ICCID. Among a million SIMs, two share a number with a probability of 1 in
 * 20,000. If one of the two has left the account, a later full sync notices it.
 */
export function createIccidSet(): IccidSet {
  // 0 marks an empty slot.
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
