import { createServerOfOurs } from './postgres.mjs';
import { query, startGateway, startSandbox } from './programs.mjs';

export const name = 'access tokens with a lifetime of 2 seconds';

const seconds = 15;
const parallel = 100;

/** Runs 100 concurrent queries over all gateways for 15 s; returns the number of failures and of token calls. */
async function measure(behaviour, databases) {
  const sandbox = await startSandbox(1000);
  const world = new URL('/_sandbox/worlds/sandbox/', sandbox.url);
  await fetch(new URL('behaviour', world), { method: 'PATCH', body: JSON.stringify(behaviour) });
  const gateways = await Promise.all(databases.map((env) => startGateway(sandbox.url, env)));
  const startedAt = performance.now();
  let asked = 0;
  const failures = [];
  while (performance.now() - startedAt < seconds * 1000) {
    const round = Array.from({ length: parallel }, (_, index) =>
      query(
        gateways[index % gateways.length].url,
        '{ sim(by: { iccid: "8937204999000002107" }) { name } }',
      ).catch((error) => {
        failures.push(error.message);
      }),
    );
    asked += round.length;
    await Promise.all(round);
  }
  const { calls, byPath } = await (await fetch(new URL('calls', world))).json();
  for (const gateway of gateways) await gateway.stop();
  await sandbox.stop();
  const refused = calls.filter(
    ({ path, httpStatus }) => path !== '/oauth/token' && httpStatus === 401,
  ).length;
  return { asked, failures, refused, tokenCalls: byPath['/oauth/token'] };
}

export async function run() {
  const lines = [];
  const server = await createServerOfOurs();
  const shared = [{ DATABASE_URL: server.url }, { DATABASE_URL: server.url }];
  try {
    for (const [who, databases, liveTokens] of [
      ['', [{}], 'many'],
      ['two gateways, a new token invalidates the previous one: ', shared, 'one'],
    ])
      for (const refresh of ['accept', 'refuse']) {
        const { asked, failures, refused, tokenCalls } = await measure(
          { tokenLifetimeSeconds: 2, refresh, liveTokens },
          databases,
        );
        // One gateway renews a token after three quarters of its lifetime; a refused refresh takes a second call.
        const expected = Math.ceil(seconds / 1.5) * (refresh === 'accept' ? 1 : 2) + 2;
        lines.push({
          what: `${who}${parallel} concurrent queries for ${seconds} s, refresh tokens ${refresh === 'accept' ? 'accepted' : 'refused'}`,
          measured: `${asked} queries, ${failures.length} failed, ${tokenCalls} token calls, ${refused} calls answered 401`,
          holds: failures.length === 0 && tokenCalls <= expected,
        });
      }
  } finally {
    await server.remove();
  }
  return lines;
}
