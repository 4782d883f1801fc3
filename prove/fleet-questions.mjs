import { query } from './programs.mjs';

const weekAgo = () => new Date(Date.now() - 7 * 86_400_000).toISOString();

/** The filter of the reference query: the use case that the index was built for. */
const bigFilter = () => ({
  states: ['LIVE'],
  groups: ['Meters', 'Vending'],
  usedPercentAtLeast: 80,
  lastDataSessionBefore: weekAgo(),
});

const pageText = (isCounted) => `query ($filter: SimFilter, $orderBy: SimOrder, $after: String) {
  sims(first: 50, after: $after, filter: $filter, orderBy: $orderBy) { ${isCounted ? 'totalCount ' : ''}asOf isComplete
    pageInfo { hasNextPage endCursor }
    nodes { iccid name state group { name } lastDataSessionAt dataUsage { usedBytes usedPercent } } } }`;

const summary =
  'total byState { state count } byGroup { group { name } count } transitioning overDataLimit usedBytes asOf';

const listOrders = [
  { field: 'ICCID', direction: 'ASC' },
  { field: 'NAME', direction: 'ASC' },
  { field: 'LAST_DATA_SESSION', direction: 'DESC' },
  { field: 'USED_PERCENT', direction: 'DESC' },
  { field: 'COST', direction: 'ASC' },
  { field: 'COST', direction: 'DESC' },
  { field: 'EID', direction: 'ASC' },
  { field: 'EID', direction: 'DESC' },
  { field: 'MSISDN', direction: 'ASC' },
  { field: 'MSISDN', direction: 'DESC' },
  { field: 'STATE', direction: 'DESC' },
  { field: 'GROUP', direction: 'DESC' },
];

/**
 * The queries, each with a title: pages of SIMs by filter, order and cursor, and summaries. `depth` is the position of a page deep
 * in a list, and `cursorAt` returns the cursor of the SIM there.
 */
export async function questionsOf(url, depth, cursorAt) {
  const { sims } = await query(
    url,
    '{ sims(first: 1, filter: { search: "meter-" }, orderBy: { field: LAST_MODIFIED }) { nodes { iccid name } } }',
  );
  const byLastSession = { field: 'LAST_DATA_SESSION', direction: 'ASC' };
  const rare = sims.nodes[0].name.slice('met'.length);
  const pages = [
    { title: 'reference query', filter: bigFilter(), orderBy: byLastSession },
    {
      title: 'reference query without a match: used 100,000 %',
      filter: { ...bigFilter(), usedPercentAtLeast: 100_000 },
      orderBy: byLastSession,
    },
    {
      title: 'no match, though each condition alone matches: CLOSED, a session in the last hour',
      filter: { states: ['CLOSED'], lastDataSessionAfter: new Date(Date.now() - 3_600_000).toISOString() },
      orderBy: byLastSession,
    },
    {
      title: 'LIVE, by used bytes',
      filter: { states: ['LIVE'] },
      orderBy: { field: 'USED_BYTES', direction: 'DESC' },
    },
    {
      title: 'LIVE, by cost',
      filter: { states: ['LIVE'] },
      orderBy: { field: 'COST', direction: 'DESC' },
    },
    {
      title: 'suspended, by number',
      filter: { offlineReasons: ['SUSPENDED'] },
      orderBy: { field: 'MSISDN', direction: 'ASC' },
    },
    {
      title: 'any of two filters, by cost',
      filter: { or: [{ overDataLimit: true }, { groups: ['Meters'], not: { states: ['LIVE'] } }] },
      orderBy: { field: 'COST', direction: 'DESC' },
    },
    {
      title: 'not over the limit and not in a group, by last session',
      filter: { not: { or: [{ overDataLimit: true }, { groups: ['Meters'] }] } },
      orderBy: { field: 'LAST_DATA_SESSION', direction: 'DESC' },
    },
    { title: `search "${rare}", in few names`, filter: { search: rare } },
    { title: 'search "55555", whose trigrams are very frequent', filter: { search: '55555' } },
    { title: 'search "scooter", in many names', filter: { search: 'ScooTER' } },
    {
      title: 'search "scooter", by last session',
      filter: { search: 'scooter' },
      orderBy: { field: 'LAST_DATA_SESSION', direction: 'DESC' },
    },
    { title: 'search 8 digits inside an ICCID', filter: { search: sims.nodes[0].iccid.slice(9, 17) } },
    { title: 'search "qz", no match', filter: { search: 'qz' } },
    { title: 'search "77", in many', filter: { search: '77' }, orderBy: { field: 'NAME', direction: 'ASC' } },
  ];
  for (const orderBy of listOrders) {
    const title = `all by ${orderBy.field} ${orderBy.direction}`;
    pages.push({ title: `${title}, first page`, orderBy });
    pages.push({
      title: `${title}, after ${depth.toLocaleString('en')}`,
      orderBy,
      after: await cursorAt(orderBy, depth),
    });
  }
  const fleetText = (filter) => ({
    text: `query ($filter: SimFilter) { fleet(filter: $filter) { ${summary} } }`,
    variables: { filter },
  });
  const counts = [
    { title: 'fleet by state and group', ...fleetText(null) },
    {
      title: 'fleet of two groups and a state',
      ...fleetText({ states: ['LIVE'], groups: ['Meters', 'Vending'] }),
    },
    { title: 'fleet of eSIMs', ...fleetText({ isEsim: true }) },
    { title: 'fleet outside two groups', ...fleetText({ not: { groups: ['Meters', 'Vending'] } }) },
    { title: 'fleet with the filter of the reference query', ...fleetText(bigFilter()) },
    { title: 'fleet of search "scooter"', ...fleetText({ search: 'scooter' }) },
    {
      title: 'fleet of a group',
      text: `{ group(name: "Meters") { fleet { ${summary} } } }`,
      variables: {},
      callsUpstream: true,
    },
  ];
  return {
    pages: pages.map((page) => ({
      ...page,
      variables: { filter: page.filter ?? null, orderBy: page.orderBy ?? null, after: page.after ?? null },
      counted: pageText(true),
      uncounted: pageText(false),
    })),
    counts,
  };
}

/** The reference query answered from SIMs of the SIM API; `usedBytes` returns the usage of some of them. */
export async function answerBig(sims, usedBytes) {
  const { states, groups, usedPercentAtLeast, lastDataSessionBefore } = bigFilter();
  const before = Date.parse(lastDataSessionBefore);
  const asked = sims.filter(
    ({ state, group, data_limit: limit, lastDataSessionMillis: at }) =>
      states.includes(state) && groups.includes(group) && limit > 0 && at > 0 && at < before,
  );
  const used = await usedBytes(asked.map(({ iccid }) => iccid));
  const matching = asked.filter(
    ({ iccid, data_limit: limit }) =>
      ((used.get(iccid) ?? 0) * 100) / (limit * 1_000_000) >= usedPercentAtLeast,
  );
  matching.sort((a, b) => a.lastDataSessionMillis - b.lastDataSessionMillis || (a.iccid < b.iccid ? -1 : 1));
  return { totalCount: matching.length, iccids: matching.slice(0, 50).map(({ iccid }) => iccid) };
}

/**
 * Prepares SIMs of a world: one of a hundred matches the reference query, as many match all conditions but the usage, and as many
 * all but the last data session. By default, LIVE SIMs of the sandbox always have a recent session.
 */
export async function plantMatches(world, sims, usedBytes) {
  const { states, groups } = bigFilter();
  const asked = sims.filter(({ state, group }) => states.includes(state) && groups.includes(group));
  const count = Math.min(1000, Math.floor(sims.length / 100));
  const used = await usedBytes(asked.slice(0, count * 10).map(({ iccid }) => iccid));
  const users = [...used].filter(([, bytes]) => bytes >= 5_000_000).slice(0, count * 3);
  for (const [index, [iccid, bytes]] of users.entries()) {
    const silentForDays = 8 + (index % 60);
    const isSilent = index % 3 !== 0;
    const isOver = index % 3 !== 1;
    await world.patchSim(iccid, {
      data_limit: isOver ? Math.floor(bytes / 1_000_000) : 100_000,
      ...(isSilent && { lastDataSessionMillis: Date.now() - silentForDays * 86_400_000 }),
    });
  }
}

/** The reference query answered by the gateway. */
export async function askBig(url) {
  const { sims } = await query(url, pageText(true), {
    filter: bigFilter(),
    orderBy: { field: 'LAST_DATA_SESSION', direction: 'ASC' },
  });
  return { totalCount: sims.totalCount, iccids: sims.nodes.map(({ iccid }) => iccid) };
}
