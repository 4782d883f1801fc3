import { query } from './programs.mjs';

const nodeFields = {
  ICCID: 'iccid',
  NAME: 'iccid name',
  LAST_DATA_SESSION: 'iccid lastDataSessionAt',
};
const keys = { ICCID: 'iccid', NAME: 'name', LAST_DATA_SESSION: 'lastDataSessionAt' };

const pageText = (fields) => `query ($filter: SimFilter, $orderBy: SimOrder, $first: Int, $after: String, $last: Int, $before: String) {
  sims(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { ${fields} } } }`;

/** All SIMs of a list, page by page from its beginning, or from its end; `fields` are of the SIM. */
export async function readWhole(url, { orderBy, isBackward = false, fields }, pageSize) {
  const { field, direction } = orderBy;
  const text = pageText(fields ?? nodeFields[field]);
  const nodes = [];
  const unsorted = [];
  for (let cursor = null, pages = 0; ; ) {
    const window = isBackward ? { last: pageSize, before: cursor } : { first: pageSize, after: cursor };
    const { sims } = await query(url, text, { orderBy, ...window });
    pages++;
    nodes.push(...sims.nodes);
    for (const [index, node] of sims.nodes.entries())
      if (index > 0 && !isInOrder(sims.nodes[index - 1], node, keys[field], direction)) unsorted.push(node.iccid);
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = sims.pageInfo;
    if (!(isBackward ? hasPreviousPage : hasNextPage)) return { nodes, pages, unsorted };
    cursor = isBackward ? startCursor : endCursor;
  }
}

/** Nulls come last either way, and ties are in the order of their ICCIDs. */
function isInOrder(one, other, key, direction) {
  const [a, b] = [one[key], other[key]];
  if (a === b) return one.iccid < other.iccid;
  if (a === null || b === null) return b === null;
  return direction === 'ASC' ? a < b : a > b;
}
