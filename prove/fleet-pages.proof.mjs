import { query, startGateway, startSandbox } from './programs.mjs';

export const name = 'paging through 100,000 SIMs';

const fleet = 100_000;
const pageOfIccids = `query ($after: String) {
  sims(first: 500, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { iccid } }
}`;

export async function run() {
  const sandbox = await startSandbox(fleet);
  const sandboxAtStart = sandbox.megabytes();
  const gateway = await startGateway(sandbox.url);
  const seen = new Set();
  let pages = 0;
  let repeated = 0;
  const startedAt = performance.now();
  for (let after = null, more = true; more; pages++) {
    const { sims } = await query(gateway.url, pageOfIccids, { after });
    for (const { iccid } of sims.nodes) {
      if (seen.has(iccid)) repeated++;
      seen.add(iccid);
    }
    after = sims.pageInfo.endCursor;
    more = sims.pageInfo.hasNextPage;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const { byPath } = await (await fetch(new URL('/_sandbox/worlds/sandbox/calls', sandbox.url))).json();
  const calls = byPath['/get_account_sims'];
  const memory = { sandbox: sandbox.megabytes(), gateway: gateway.megabytes() };
  await gateway.stop();
  await sandbox.stop();
  return [
    {
      what: 'the sandbox starts with 100,000 SIMs',
      measured: `${Math.round(sandbox.startMs)} ms, ${sandboxAtStart} MB`,
      holds: true,
    },
    {
      what: 'every SIM once, 500 per page',
      measured: `${seen.size} SIMs, ${repeated} repeated, ${pages} pages`,
      holds: seen.size === fleet && repeated === 0,
    },
    { what: 'one call of the SIM API per page', measured: `${calls} calls`, holds: calls === pages },
    {
      what: 'total time, and memory at the end',
      measured: `${seconds.toFixed(1)} s; sandbox ${memory.sandbox} MB, gateway ${memory.gateway} MB`,
      holds: true,
    },
  ];
}
