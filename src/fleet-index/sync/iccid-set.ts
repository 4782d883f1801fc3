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
 * 20,000. If one of the two leaves the account, its row stays in the index until a request reads that SIM by ICCID, or the other SIM leaves
 * too.
 */
export function createIccidSet(): IccidSet {
  // 0 marks an empty slot.
  let slots = new Float64Array(minSlots);
  let count = 0;

  function slotOf(key: number): number {
    let slot = key % slots.length;
    while (slots[slot] !== 0 && slots[slot] !== key) slot = (slot + 1) % slots.length;
    return slot;
  }

  function put(key: number): void {
    const slot = slotOf(key);
    if (slots[slot] === key) return;
    slots[slot] = key;
    count++;
  }

  function grow(): void {
    const before = slots;
    slots = new Float64Array(before.length * 2);
    count = 0;
    for (const key of before) if (key !== 0) put(key);
  }

  return {
    add(iccid) {
      put(keyOf(iccid));
      if (count * 2 > slots.length) grow();
    },
    has: (iccid) => slots[slotOf(keyOf(iccid))] !== 0,
    size: () => count,
  };
}

function keyOf(iccid: string): number {
  return Number(BigInt(iccid) % modulus) + 1;
}
