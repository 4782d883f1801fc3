/**
 * Folds case in any script: texts that differ only in case fold to the same text. Each character is folded by itself, so a part of a text
 * folds to a part of the folded text.
 */
export function foldCase(text: string): string {
  let folded = '';
  for (const character of text) folded += character.toLowerCase().toUpperCase().toLowerCase();
  return folded;
}
