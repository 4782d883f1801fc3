import type { FieldsByTypeName } from 'graphql-parse-resolve-info';
import type { YearMonth } from '../../sim-api/index.ts';
import type { CostLoader } from './cost.loader.ts';

const fieldsOfUsage = ['usedBytes', 'remainingBytes', 'usedPercent'];

/** The months whose costs the fields selected of a SIM will ask for. */
function* monthsIn(fields: FieldsByTypeName[string], thisMonth: YearMonth): Generator<YearMonth> {
  for (const { name, args, fieldsByTypeName } of Object.values(fields)) {
    if (name === 'cost') yield typeof args.month === 'string' ? args.month : thisMonth;
    if (name !== 'dataUsage') continue;
    const usage = Object.values(fieldsByTypeName.SimDataUsage ?? {});
    if (usage.some((field) => fieldsOfUsage.includes(field.name))) yield thisMonth;
  }
}

/** Starts the reads of costs that a selection will need, for SIMs whose ICCIDs are known before the SIMs themselves are. */
export function startCosts(
  costs: CostLoader,
  fields: FieldsByTypeName[string],
  iccids: readonly string[],
  thisMonth: YearMonth,
): void {
  // A failure is told by the field that asks for it; a SIM that is not there asks for nothing.
  for (const month of new Set(monthsIn(fields, thisMonth)))
    for (const iccid of iccids) costs.ofSim(iccid, month).catch(() => undefined);
}
