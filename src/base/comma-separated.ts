/** Entries of a list separated by commas, without spaces around them. Empty entries have no effect. */
export function commaSeparated(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
