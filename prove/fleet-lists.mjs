import { setTimeout as pause } from 'node:timers/promises';
import { ask } from './programs.mjs';

const nodeFields = {
  ICCID: 'iccid',
  NAME: 'iccid name',
  LAST_DATA_SESSION: 'iccid lastDataSessionAt',
};
const keys = { ICCID: 'iccid', NAME: 'name', LAST_DATA_SESSION: 'lastDataSessionAt' };

const pageText = (
  fields,
) => `query ($filter: SimFilter, $orderBy: SimOrder, $first: Int, $after: String, $last: Int, $before: String) {
  sims(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { ${fields} } } }`;

/** Reads all pages of a list, forward or backward; `fields` are those of the SIM. */
export async function readWhole(url, { orderBy, isBackward = false, fields }, pageSize) {
  const { field, direction } = orderBy;
  const text = pageText(fields ?? nodeFields[field]);
  const nodes = [];
  const unsorted = [];
  let refusals = 0;
  async function pageOf(window) {
    for (;;) {
      const { data, errors } = await ask(url, text, { orderBy, ...window });
      if (!errors) return data.sims;
      // Retries when the database is too busy, as a client would.
      if (errors[0].extensions?.code !== 'STORE_UNAVAILABLE') throw new Error(JSON.stringify(errors[0]));
      refusals++;
      await pause(500);
    }
  }
  for (let cursor = null, pages = 0; ; ) {
    const window = isBackward ? { last: pageSize, before: cursor } : { first: pageSize, after: cursor };
    const page = await pageOf(window);
    pages++;
    nodes.push(...page.nodes);
    for (const [index, node] of page.nodes.entries())
      if (index > 0 && !isInOrder(page.nodes[index - 1], node, keys[field], direction))
        unsorted.push(node.iccid);
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    if (!(isBackward ? hasPreviousPage : hasNextPage)) return { nodes, pages, unsorted, refusals };
    cursor = isBackward ? startCursor : endCursor;
  }
}

/** Nulls come last in both directions; ties are in ascending order of ICCID. */
function isInOrder(one, other, key, direction) {
  const [a, b] = [one[key], other[key]];
  if (a === b) return one.iccid < other.iccid;
  if (a === null || b === null) return b === null;
  return direction === 'ASC' ? a < b : a > b;
}
