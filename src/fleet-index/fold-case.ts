/**
 * A text in which capitals do not count: two that differ in nothing else are folded to the same, in any script. Each character is
 * folded for itself, so that a part of a text folds to a part of what the text folds to.
 */
export function foldCase(text: string): string {
  let folded = '';
  for (const character of text) folded += character.toLowerCase().toUpperCase().toLowerCase();
  return folded;
}
