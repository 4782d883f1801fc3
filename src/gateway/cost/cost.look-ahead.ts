import type { GraphQLResolveInfo } from 'graphql';
import type { YearMonth } from '../../sim-api/index.ts';
import { selectedFields } from '../common/selection.ts';
import type { CostLoader } from './cost.loader.ts';

const fieldsOfUsage = ['usedBytes', 'remainingBytes', 'usedPercent'];

/** The months whose costs the fields selected of a SIM will ask for. */
function* monthsIn(info: GraphQLResolveInfo, thisMonth: YearMonth): Generator<YearMonth> {
  for (const { name, nodes, argument } of selectedFields(info, 'Sim')) {
    const month = argument('month');
    if (name === 'cost') yield typeof month === 'string' ? month : thisMonth;
    if (name !== 'dataUsage') continue;
    const usage = selectedFields(info, 'SimDataUsage', nodes);
    if (usage.some((field) => fieldsOfUsage.includes(field.name))) yield thisMonth;
  }
}

/** Starts the reads of costs that a selection will need, for SIMs whose ICCIDs are known before the SIMs themselves are. */
export function startCosts(
  costs: CostLoader,
  info: GraphQLResolveInfo,
  iccids: readonly string[],
  thisMonth: YearMonth,
): void {
  // A failure is told by the field that asks for it; a SIM that is not there asks for nothing.
  for (const month of new Set(monthsIn(info, thisMonth)))
    for (const iccid of iccids) costs.ofSim(iccid, month).catch(() => undefined);
}
