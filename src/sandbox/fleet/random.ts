/**
 * Gives a whole number from 0 to 2^32 - 1 that depends on nothing but its arguments, so that every SIM and
 * every session can be worked out anew whenever it is asked for instead of being kept.
 */
export function hash(seed: number, a: number, b = 0): number {
  return scatter(Math.imul(scatter(Math.imul(seed ^ a, 0x9e3779b1) + a) ^ b, 0x85ebca6b) + b) >>> 0;
}

/** Gives a number from 0 up to 1, chosen by the arguments alone. */
export function fraction(seed: number, a: number, b = 0): number {
  return hash(seed, a, b) / 0x1_0000_0000;
}

/** Picks one of the choices, by the arguments alone. */
export function pick<T>(choices: readonly [T, ...T[]], seed: number, a: number, b = 0): T {
  return choices[hash(seed, a, b) % choices.length] ?? choices[0];
}

/** Turns a seed of any text into the number that `hash` starts from. */
export function seedNumber(seed: string): number {
  let sum = 0x811c9dc5;
  for (const character of seed) sum = Math.imul(sum ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return scatter(sum) >>> 0;
}

/** The finishing step of MurmurHash3: each bit put in moves about half of the bits given out. */
function scatter(bits: number): number {
  let mixed = bits ^ (bits >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
