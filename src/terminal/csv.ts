/** Value of a CSV cell. Null and undefined are an empty cell. */
export type CsvValue = string | number | boolean | null | undefined;

/**
 * Creates a line of CSV with the quoting of RFC 4180, without its line end and without line breaks in cells. Like the CSV export of the
 * gateway, it puts an apostrophe before each part of a text that a spreadsheet could take for a formula.
 */
export function csvLine(values: readonly CsvValue[]): string {
  return values.map(cellOf).join(',');
}

function cellOf(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = withoutFormula(value);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Some spreadsheets treat a text that begins with a tab, CR or LF as a formula. */
const beginsWithBreak = /^[\t\r\n]/;
const breaksAndControls = /\r\n|[\p{Cc}\u2028\u2029]/gu;
/**
 * Positions at which a spreadsheet may start a formula: before the sign, or its full-width, small, superscript or subscript form,
 * optionally after invisible characters. A cell also begins after a semicolon, since some spreadsheet locales use it as the separator;
 * quotes have no effect then.
 */
const beforeFormula = /(^|;)(?=[\s\p{C}\p{Default_Ignorable_Code_Point}"]*[=+\-@＝﹦⁼₌＋﹢⁺₊﬩－﹣−⁻₋＠﹫])/gu;

function withoutFormula(text: string): string {
  const line = text.replaceAll(breaksAndControls, ' ').replaceAll(beforeFormula, "$1'");
  return beginsWithBreak.test(text) && !line.startsWith("'") ? `'${line}` : line;
}
