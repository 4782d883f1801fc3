import type { GraphQLResolveInfo } from 'graphql';
import type { YearMonth } from '../../sim-api/index.ts';
import { selectedFields } from '../common/selection.ts';
import type { CostLoader } from './cost.loader.ts';

const fieldsOfUsage = ['usedBytes', 'remainingBytes', 'usedPercent'];

/** The months whose costs the selected fields of a SIM need. */
function* monthsIn(info: GraphQLResolveInfo, thisMonth: YearMonth): Generator<YearMonth> {
  for (const { name, nodes, argument } of selectedFields(info, 'Sim')) {
    const month = argument('month');
    if (name === 'cost') yield typeof month === 'string' ? month : thisMonth;
    if (name !== 'dataUsage') continue;
    const usage = selectedFields(info, 'SimDataUsage', nodes);
    if (usage.some((field) => fieldsOfUsage.includes(field.name))) yield thisMonth;
  }
}

/** Starts the reads of costs that a selection needs, for SIMs whose ICCIDs are known before the SIMs are read. */
export function startCosts(
  costs: CostLoader,
  info: GraphQLResolveInfo,
  iccids: readonly string[],
  thisMonth: YearMonth,
): void {
  // The resolver of the field reports a failure. For a SIM that does not exist no resolver runs, so the failure is ignored here.
  for (const month of new Set(monthsIn(info, thisMonth)))
    for (const iccid of iccids) costs.ofSim(iccid, month).catch(() => undefined);
}
