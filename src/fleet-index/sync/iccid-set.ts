/** Remembers which SIMs a walk has met, in 16 bytes each: a million texts would be a hundred megabytes. */
export interface MetSims {
  add(iccid: string): void;
  has(iccid: string): boolean;
  /** How many there are. */
  size(): number;
}

/** A prime below 2^53: what is left of a number after dividing by it is kept exactly. */
const largest = 9_007_199_254_740_881n;
const leastRoom = 1024;

/**
 * An empty set of ICCIDs. It keeps a number of 53 bits for each: that two of a million SIMs have the same one happens in one set of
 * twenty thousand, and then a SIM that has left is noticed by a later walk.
 */
export function createMetSims(): MetSims {
  // 0 stands for an empty place.
  let places = new Float64Array(leastRoom);
  let count = 0;

  function placeOf(mark: number): number {
    let place = mark % places.length;
    while (places[place] !== 0 && places[place] !== mark) place = (place + 1) % places.length;
    return place;
  }

  function put(mark: number): void {
    const place = placeOf(mark);
    if (places[place] === mark) return;
    places[place] = mark;
    count++;
  }

  function grow(): void {
    const before = places;
    places = new Float64Array(before.length * 2);
    count = 0;
    for (const mark of before) if (mark !== 0) put(mark);
  }

  return {
    add(iccid) {
      put(markOf(iccid));
      if (count * 2 > places.length) grow();
    },
    has: (iccid) => places[placeOf(markOf(iccid))] !== 0,
    size: () => count,
  };
}

function markOf(iccid: string): number {
  return Number(BigInt(iccid) % largest) + 1;
}
