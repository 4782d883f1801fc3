import { beforeAll, describe, expect, test } from '@jest/globals';
import { askWith } from '../support/asking.ts';
import { recorded } from '../support/audit-log.ts';
import { askSimApi } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';

const pageSize = 5;
const running = runGateway({ sims: 300, clock: { rate: 0 }, manners: { pageSize } });
const mark = 'mutation ($input: MarkAlertsReadInput!) { markAlertsRead(input: $input) { marked } }';

/** The two scopes with their path, and how the SIM API is asked for them. */
const scopes = {
  account: { path: '/get_account_alerts', query: {}, scope: { wholeAccount: true } },
  sim: { path: '/get_sim_alerts', query: { iccid: '' }, scope: { sim: { iccid: '' } } },
};

interface Answer {
  alerts: { iccid: string }[];
  total: number;
}

async function unread({ path, query }: (typeof scopes)[keyof typeof scopes]): Promise<number> {
  const text = new URLSearchParams({ ...query, unread: 'true', offset: '0' });
  const { total } = await askSimApi<Answer>(running.world, `${path}?${text}`);
  await running.world.clearCalls();
  return total;
}

beforeAll(async () => {
  await running.world.setManners({ pageSize: 1000 });
  const all = await askSimApi<Answer>(running.world, '/get_account_alerts?unread=true&offset=0');
  const counts = new Map<string, number>();
  for (const { iccid } of all.alerts) counts.set(iccid, (counts.get(iccid) ?? 0) + 1);
  const [loud] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [''];
  scopes.sim.query.iccid = loud;
  scopes.sim.scope.sim.iccid = loud;
  await running.world.setManners({ pageSize });
});

describe.each(['account', 'sim'] as const)('marking alerts as read, those of the %s', (name) => {
  const asked = scopes[name];
  const input = () => ({ input: { scope: asked.scope } });

  test('that is refused while they are still being looked at is FAILED with the reason: none was marked', async () => {
    const before = await unread(asked);
    await running.world.addFaults({ path: asked.path, kind: 'error', code: 'E003' });
    expect(await recorded(running.gateway, mark, input())).toMatchObject([
      { action: 'MARK_ALERTS_READ', outcome: 'FAILED', errorCode: 'FEATURE_NOT_ENABLED' },
    ]);
    await running.world.clearFaults();
    expect(await unread(asked)).toBe(before);
  });

  test('that is refused after the first ones were marked is UNKNOWN with the reason, and its key tells the refusal again', async () => {
    await running.world.setManners({ pageSize: name === 'sim' ? 1 : pageSize });
    const before = await unread(asked);
    const pages = Math.ceil(before / (name === 'sim' ? 1 : pageSize));
    expect(pages).toBeGreaterThan(1);
    await running.world.addFaults({ path: asked.path, kind: 'error', code: 'E003', skip: pages + 1 });
    const keyed = () => askWith(running.gateway, { 'idempotency-key': `marked-${name}` }, mark, input());
    const first = await keyed();
    expect(first.data).toBeNull();
    expect(first.errors).toMatchObject([{ extensions: { code: 'FEATURE_NOT_ENABLED' } }]);
    await running.world.clearFaults();
    expect(await unread(asked)).toBe(before - (name === 'sim' ? 1 : pageSize));

    expect(await recordedLast()).toMatchObject({
      action: 'MARK_ALERTS_READ',
      outcome: 'UNKNOWN',
      errorCode: 'FEATURE_NOT_ENABLED',
    });
    expect((await keyed()).errors).toMatchObject([{ extensions: { code: 'FEATURE_NOT_ENABLED' } }]);
    expect((await running.world.calls()).total).toBe(0);
  });
});

async function recordedLast() {
  const { data } = await running.gateway.ask<{ auditLog: { nodes: object[] } }>(
    '{ auditLog(first: 1) { nodes { action outcome errorCode } } }',
  );
  return data.auditLog.nodes[0];
}
