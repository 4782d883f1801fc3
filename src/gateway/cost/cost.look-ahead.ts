import { type ASTNode, BREAK, type FieldNode, type GraphQLResolveInfo, visit } from 'graphql';
import type { YearMonth } from '../../sim-api/index.ts';
import { selectedFields } from '../common/selection.ts';
import type { CostLoader } from './cost.loader.ts';

const fieldsOfUsage = ['usedBytes', 'remainingBytes', 'usedPercent'];

/** Whether the selections of an operation name a field that needs costs, by the node of the field above them. */
const namedBelow = new WeakMap<FieldNode, boolean>();

/** False if no field that needs costs is named below the field, or in any fragment: most operations need no closer look. */
function mayNeedCosts({ fieldNodes, fragments }: GraphQLResolveInfo): boolean {
  const [node] = fieldNodes;
  if (node === undefined) return false;
  const known = namedBelow.get(node);
  if (known !== undefined) return known;
  const may = [...fieldNodes, ...Object.values(fragments)].some(namesCosts);
  namedBelow.set(node, may);
  return may;
}

function namesCosts(node: ASTNode): boolean {
  let isNamed = false;
  visit(node, {
    Field({ name: { value } }) {
      isNamed ||= value === 'cost' || value === 'dataUsage';
      return isNamed ? BREAK : undefined;
    },
  });
  return isNamed;
}

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

/** Starts the reads of costs that a selection needs, one for each month, for SIMs whose ICCIDs are known before the SIMs are read. */
export function readCosts(
  costs: CostLoader,
  info: GraphQLResolveInfo,
  iccids: readonly string[],
  thisMonth: YearMonth,
): (Promise<unknown> | undefined)[] {
  if (!mayNeedCosts(info)) return [];
  const months = new Set(monthsIn(info, thisMonth));
  return [...months].map((month) => costs.read(iccids, month));
}
