/** Maps each word to itself: the form in which Type-GraphQL takes an enum. */
export function enumOf<const W extends string>(words: readonly W[]): Record<W, W> {
  return Object.fromEntries(words.map((word) => [word, word])) as Record<W, W>;
}
