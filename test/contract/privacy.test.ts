import { expect, test } from '@jest/globals';
import { createDatedWorld, type DatedWorld, idsOf, runOn } from './on-world.ts';
import { jsonOf, markdownOf } from './report.ts';
import type { ContractReport } from './suite.ts';
import { type Passing, tampered } from './tampering-proxy.ts';

/** A separate account for each test. */
const account = (test: string) => ({ id: `canary-account-${test}`, sims: 300 });

/** The report as Markdown and as JSON. */
const textOf = (report: ContractReport) => markdownOf(report) + jsonOf(report);

/** All values of a world that a report must not contain. */
async function secretsOf(world: DatedWorld): Promise<string[]> {
  const sims = await world.sims({ limit: 10_000 });
  const fields = ['iccid', 'eid', 'msisdn', 'imsi', 'imei', 'name', 'group', 'active_profile'];
  const texts = sims.flatMap((sim) => fields.flatMap((field) => sim[field] ?? []));
  return [...new Set([...texts.map(String), world.username])];
}

function found(secrets: readonly string[], report: string): string[] {
  return secrets.filter((secret) => report.includes(secret));
}

test('the report contains no SIM, no name, no token and no credentials', async () => {
  const world = await createDatedWorld(account('plain'));
  const tokens: string[] = [];
  const listen = ({ path, json }: Passing) => {
    if (path === '/oauth/token' && json.access_token) tokens.push(json.access_token, json.refresh_token);
  };
  const secrets = await secretsOf(world);

  const report = textOf(await tampered(world.apiUrl, listen, (url) => runOn(world, { url })));

  expect(secrets.length).toBeGreaterThan(1000);
  expect(tokens.length).toBeGreaterThan(3);
  expect(found([...secrets, ...tokens], report)).toEqual([]);
  expect(report).not.toMatch(/\d{8}/);
  await world.remove();
});

test('the report contains no value of the account if the answers are malformed', async () => {
  const world = await createDatedWorld(account('odd'));
  const [first, second] = await world.sims();
  const canaries = [
    'CANARY37255512345',
    'Canary Anna Smith',
    'canaryannasmith',
    '37255598765',
    'canary@example.org',
  ];
  await world.patchSim(first?.iccid ?? '', {
    state: 'Canary Anna Smith',
    status: { primary: 'CANARY37255512345', secondary: '37255598765', 'canary@example.org': 1 },
    name: 'canaryannasmith',
    canaryannasmith: true,
    'Berta Canary': { 37255577777: true },
    [first?.iccid ?? '']: { owner: 'Canary Anna Smith', 'Canary Anna Smith': [1] },
    msisdn: ['37255598765'],
    imei: { 37255598765: 1 },
    type: 'CANARY37255512345',
  });
  await world.patchSim(second?.iccid ?? '', {
    iccid: 37_255_598_765,
    lastModifiedMillis: 'canary@example.org',
  });
  const secrets = [...(await secretsOf(world)), ...canaries];
  const tamper = (answer: Passing) => {
    if (answer.status === 400) {
      answer.json.error_description = `no SIM ${first?.iccid} of Canary Anna Smith`;
      if (answer.path === '/get_sim') answer.json.error_code = first?.iccid;
      if (answer.path === '/diagnostics') answer.json.error_code = 'CANARY37255512345';
      if (answer.path === '/get_sim_cost') answer.json.error_code = 'E37255598765';
    }
    if (answer.status === 401) answer.json.error = `canary@example.org has no token ${world.password}`;
    if (answer.path === '/get_group_sims') answer.json = { [first?.iccid ?? '']: 37_255_598_765 };
    if (answer.path === '/get_available_profiles') answer.json = 'Canary Anna Smith';
    if (answer.path === '/get_account_balance') answer.json.currency = 'CANARY37255512345';
    Object.assign(answer.headers, { 'x-ratelimit-37255598765': '37255598765' });
    if (answer.path === '/get_sim_alerts') answer.headers['content-type'] = 'canary/37255598765';
  };

  const run = await tampered(world.apiUrl, tamper, (url) => runOn(world, { url }));
  const report = textOf(run);

  expect(idsOf(run, 'failed').length).toBeGreaterThan(15);
  expect(found(secrets, report)).toEqual([]);
  expect(report).not.toMatch(/\d{8}/);
  await world.remove();
});
