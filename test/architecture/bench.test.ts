import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const root = join(__dirname, '..', '..');

/** Runs a module text in the clone; imports are relative to it. Returns its output. */
async function run(text: string): Promise<string> {
  const options = { cwd: root };
  return (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', text], options)).stdout;
}

/** A result of the benchmark with two rounds. */
const result = (subject: object, workload: object, perSecond: number[], cpuMs: number) => ({
  subject,
  workload,
  capacity: perSecond.map((each) => ({
    ...{ perSecond: each, cpuMs, upstreamCalls: 1, failed: 0 },
    ...{ helpersBusy: 0.99, loadCoreBusy: 1, serverCoreBusy: 1 },
  })),
  latency: [],
});

test('npm run bench -- --help lists the options, without the packages of the peers', async () => {
  const output = await run(
    `process.argv = ['node', 'bench', '--help']; await import('./scripts/bench.mjs');`,
  );
  for (const option of ['--quick', '--only', '--peers', '--profile', '--dist', '--env'])
    expect(output).toContain(option);
});

test('the tables of the benchmark have the ratio of each round, and mark a load that is the bottleneck', async () => {
  const workload = { name: 'w1', title: 'W1', clients: 50, reference: 'bff' };
  const gateway = { name: 'gateway', title: 'gateway', isGateway: true };
  const bff = { name: 'bff', title: 'BFF' };
  const results = [result(gateway, workload, [100, 300], 2), result(bff, workload, [1000, 1000], 0.5)];
  const output = await run(`
    const { workloadTables } = await import('./bench/tables.mjs');
    const [workload, subjects, results] = ${JSON.stringify([workload, [gateway, bff], results])};
    for (const [index, each] of results.entries()) Object.assign(each, { workload, subject: subjects[index] });
    console.log(workloadTables({ workloads: [workload], subjects, results }));`);
  expect(output).toContain(
    '| gateway | **0.200** (0.100–0.300) | **0.250** (0.250–0.250) | 200 | 2.000 | 1.00 | 100 % | 100 % | 99 % ! |',
  );
});

test('each peer has a program, and docs/benchmarks.md has the markers of the tables', async () => {
  const programs = readdirSync(join(root, 'bench', 'peers'));
  const names: string[] = JSON.parse(
    await run(`
      const { chooseSubjects } = await import('./bench/subjects.mjs');
      console.log(JSON.stringify(chooseSubjects({ gateways: [], names: null }).map(({ name }) => name)));`),
  );
  expect(names).not.toEqual([]);
  expect(programs).toEqual(expect.arrayContaining(names.map((name) => `${name}.mjs`)));
  const page = readFileSync(join(root, 'docs', 'benchmarks.md'), 'utf8');
  expect(page).toMatch(/<!-- bench:start -->[\s\S]*<!-- bench:end -->/);
});
