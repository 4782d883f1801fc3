import type { Scope } from '../../auth/index.ts';
import type { SimRow } from '../../fleet-index/index.ts';
import { offlineReasonOf } from '../../sim-api/index.ts';

/** Value of a cell. Texts are escaped; numbers and instants need no escaping. */
type Value = string | number | Date | null;

type Column = readonly [name: string, valueIn: (row: SimRow) => Value, needs?: Scope];

/**
 * The columns, named like the fields of the GraphQL schema, with the scope that each needs in addition to READ. A new one is the last, so
 * that the others keep their positions.
 */
const columns: readonly Column[] = [
  ['iccid', ({ iccid }) => iccid],
  ['eid', ({ eid }) => eid],
  ['name', ({ name }) => name],
  ['msisdn', ({ msisdn }) => msisdn, 'PERSONAL'],
  ['imsi', ({ imsi }) => imsi, 'PERSONAL'],
  ['imei', ({ imei }) => imei, 'PERSONAL'],
  ['type', ({ type }) => type],
  ['formFactor', ({ formFactor }) => formFactor],
  ['apn', ({ apn }) => apn],
  ['state', ({ state }) => state],
  ['pendingState', ({ pendingState }) => pendingState],
  ['rawState', ({ rawState }) => rawState],
  ['group', ({ groupName }) => groupName],
  ['usedBytes', ({ usedBytes }) => usedBytes],
  ['limitMegabytes', ({ dataLimitMegabytes }) => dataLimitMegabytes],
  ['usedPercent', ({ usedPercent }) => usedPercent],
  ['costMonth', ({ costMonth }) => costMonth, 'COST'],
  ['costAmount', ({ costAmount }) => costAmount, 'COST'],
  ['costCurrency', ({ costCurrency }) => costCurrency, 'COST'],
  ['dataPlan', ({ dataPlan }) => dataPlan, 'COST'],
  ['lastNetworkActivityAt', ({ lastNetworkActivityAt }) => lastNetworkActivityAt],
  ['lastDataSessionAt', ({ lastDataSessionAt }) => lastDataSessionAt],
  ['lastModifiedAt', ({ lastModifiedAt }) => lastModifiedAt],
  ['offlineReason', offlineReasonOf],
];

export const simsCsvHeader = lineOf(columns.map(([name]) => name));

/**
 * Creates the CSV line of a SIM (RFC 4180), without line breaks in cells. Null is an empty cell, as are the values that need a scope which
 * is not given; instants are ISO 8601 in UTC.
 */
export function simsCsvLine(scopes: ReadonlySet<Scope>): (row: SimRow) => string {
  const shown = columns.map(([, valueIn, needs]) => (isAllowed(scopes, needs) ? valueIn : () => null));
  return (row) => lineOf(shown.map((valueIn) => cellOf(valueIn(row))));
}

/** The columns that are empty without the scopes. */
export function hiddenColumns(scopes: ReadonlySet<Scope>): string[] {
  return columns.flatMap(([name, , needs]) => (isAllowed(scopes, needs) ? [] : name));
}

function isAllowed(scopes: ReadonlySet<Scope>, needs: Scope | undefined): boolean {
  return needs === undefined || scopes.has(needs);
}

function lineOf(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

function cellOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (harmless.test(value)) return value;
  const text = safeText(value);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Matches almost every text: it needs no escaping. */
const harmless = /^[A-Za-z0-9][A-Za-z0-9 ._:/()-]*$/;
/** Some spreadsheets treat a text that begins with a tab, CR or LF as a formula. */
const beginsWithBreak = /^[\t\r\n]/;
/** A line break would start a new line for a program that reads line by line; other control characters act on terminals. */
const breaksAndControls = /\r\n|[\p{Cc}\u2028\u2029]/gu;
/**
 * Positions at which a spreadsheet may start a formula: before the sign, or its full-width, small, superscript or subscript form,
 * optionally after invisible characters. A cell also begins after a semicolon, since some spreadsheet locales use it as the separator;
 * quotes have no effect then.
 */
const beforeFormula = /(^|;)(?=[\s\p{C}\p{Default_Ignorable_Code_Point}"]*[=+\-@＝﹦⁼₌＋﹢⁺₊﬩－﹣−⁻₋＠﹫])/gu;

/** Puts an apostrophe before each part of a text that a spreadsheet could take for a formula. */
function safeText(text: string): string {
  const line = text.replaceAll(breaksAndControls, ' ').replaceAll(beforeFormula, "$1'");
  return beginsWithBreak.test(text) && !line.startsWith("'") ? `'${line}` : line;
}
