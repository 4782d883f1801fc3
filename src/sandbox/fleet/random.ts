/**
 * A whole number from 0 to 2^32 - 1 that depends only on the arguments, so that SIMs and sessions are derived on
 * each access instead of stored.
 */
export function hash(seed: number, a: number, b = 0): number {
  return scatter(Math.imul(scatter(Math.imul(seed ^ a, 0x9e3779b1) + a) ^ b, 0x85ebca6b) + b) >>> 0;
}

/** A number from 0 up to but not including 1 that depends only on the arguments. */
export function fraction(seed: number, a: number, b = 0): number {
  return hash(seed, a, b) / 0x1_0000_0000;
}

/** Picks one of the choices; the pick depends only on the arguments. */
export function pick<T>(choices: readonly [T, ...T[]], seed: number, a: number, b = 0): T {
  return choices[hash(seed, a, b) % choices.length] ?? choices[0];
}

/** Converts a seed of any text to the number that `hash` starts from. */
export function seedNumber(seed: string): number {
  let sum = 0x811c9dc5;
  for (const character of seed) sum = Math.imul(sum ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return scatter(sum) >>> 0;
}

/** The finalizer of MurmurHash3: each input bit changes about half of the output bits. */
function scatter(bits: number): number {
  let mixed = bits ^ (bits >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
