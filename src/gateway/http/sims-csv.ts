import type { SimRow } from '../../fleet-index/index.ts';
import { offlineReasonOf } from '../../sim-api/index.ts';

/** Value of a cell. Texts are escaped; numbers and instants need no escaping. */
type Value = string | number | Date | null;

/** The columns, named like the fields of the GraphQL schema. A new one is the last, so that the others keep their positions. */
const columns: readonly (readonly [name: string, valueIn: (row: SimRow) => Value])[] = [
  ['iccid', ({ iccid }) => iccid],
  ['eid', ({ eid }) => eid],
  ['name', ({ name }) => name],
  ['msisdn', ({ msisdn }) => msisdn],
  ['imsi', ({ imsi }) => imsi],
  ['imei', ({ imei }) => imei],
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
  ['costMonth', ({ costMonth }) => costMonth],
  ['costAmount', ({ costAmount }) => costAmount],
  ['costCurrency', ({ costCurrency }) => costCurrency],
  ['dataPlan', ({ dataPlan }) => dataPlan],
  ['lastNetworkActivityAt', ({ lastNetworkActivityAt }) => lastNetworkActivityAt],
  ['lastDataSessionAt', ({ lastDataSessionAt }) => lastDataSessionAt],
  ['lastModifiedAt', ({ lastModifiedAt }) => lastModifiedAt],
  ['offlineReason', offlineReasonOf],
];

export const simsCsvHeader = lineOf(columns.map(([name]) => name));

/** The CSV line of a SIM (RFC 4180), without line breaks in cells. Null is an empty cell; instants are ISO 8601 in UTC. */
export function simsCsvLine(row: SimRow): string {
  return lineOf(columns.map(([, valueIn]) => cellOf(valueIn(row))));
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
