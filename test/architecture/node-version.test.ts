import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const { scripts, engines }: { scripts: Record<string, string>; engines: { node: string } } = JSON.parse(
  readFileSync('package.json', 'utf8'),
);

/** The programs that a user starts, by npm or by Node. */
const programs = new Set([
  ...Object.values(scripts).map((command) => /\S+\.m?js/.exec(command)?.[0] ?? command),
  'scripts/sim-gateway.mjs',
  'dist/main.js',
]);

/** A module after which Node states this version of itself. */
const stating = (version: string) =>
  `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`;

function runOn(version: string, program: string): Promise<{ code: unknown; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', stating(version), program], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: stdout + stderr });
    });
  });
}

test.each([...programs])('%s on an older Node exits with 1 and a sentence', async (program) => {
  const needed = engines.node.replace('>=', '');
  expect(await runOn('18.20.8', program)).toEqual({
    code: 1,
    output: `This is Node 18.20.8; SIM Gateway needs Node ${needed} or newer (https://nodejs.org).\n`,
  });
});

test.each([
  ['20.18.3', true],
  ['20.19.0', false],
  ['22.1.0', false],
  ['100.0.0', false],
])('Node %s is refused: %p', async (version, isRefused) => {
  expect((await runOn(version, 'scripts/node-version.mjs')).code).toBe(isRefused ? 1 : 0);
});
