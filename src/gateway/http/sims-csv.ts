import type { SimRow } from '../../fleet-index/index.ts';

/** What a cell is made of: texts are made safe, numbers and instants are what they are. */
type Value = string | number | Date | null;

/** The columns, named as the fields of the schema. */
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
];

/** The first line of the file. */
export const simsCsvHeader = lineOf(columns.map(([name]) => name));

/** The line of a SIM: RFC 4180, always one line, null an empty cell, instants ISO 8601 in UTC. */
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

/** Almost every text: there is nothing to be done to it. */
const harmless = /^[A-Za-z0-9][A-Za-z0-9 ._:/()-]*$/;
/** Tab, CR and LF at the beginning are formulas to some, whatever follows. */
const beginsWithBreak = /^[\t\r\n]/;
/** A line break would begin a line of its own for whoever reads line by line; other control characters drive terminals. */
const breaksAndControls = /\r\n|[\p{Cc}\u2028\u2029]/gu;
/**
 * Where a spreadsheet may begin to read a formula: the sign, or a wide, small or raised form of it, behind anything that is not
 * seen. A cell begins at a semicolon, too, where the spreadsheet's language has it as the separator; quotes mean nothing then.
 */
const beforeFormula = /(^|;)(?=[\s\p{C}\p{Default_Ignorable_Code_Point}"]*[=+\-@＝﹦⁼₌＋﹢⁺₊﬩－﹣−⁻₋＠﹫])/gu;

/** A text that no spreadsheet takes for a formula: an apostrophe stands before what looks like one. */
function safeText(text: string): string {
  const line = text.replaceAll(breaksAndControls, ' ').replaceAll(beforeFormula, "$1'");
  return beginsWithBreak.test(text) && !line.startsWith("'") ? `'${line}` : line;
}
