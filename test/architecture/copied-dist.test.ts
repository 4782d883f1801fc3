import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

/** A folder outside the clone that has a copy of dist/ and nothing else. */
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'copied-dist-'));
  cpSync('dist', join(folder, 'dist'), { recursive: true, filter: (path) => !path.endsWith('.map') });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs Node in the folder, without the environment of the tests. */
function run(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env: {} }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}

const { version, engines } = JSON.parse(readFileSync('package.json', 'utf8'));

test('the CLI of a copied dist/ prints its version', async () => {
  expect(await run('dist/terminal/main.js', '--version')).toEqual({
    code: 0,
    stdout: `sim-gateway ${version}\n`,
    stderr: '',
  });
});

test.each(['dist/main.js', 'dist/sandbox/main.js'])(
  '%s of a copied dist/ checks the version of Node',
  async (program) => {
    const old = "Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.8'}})";
    expect(await run('--import', `data:text/javascript,${old}`, program)).toEqual({
      code: 1,
      stdout: '',
      stderr: `This is Node 18.20.8; SIM Gateway needs Node ${engines.node.replace('>=', '')} or newer (https://nodejs.org).\n`,
    });
  },
);

test('the gateway of a copied dist/ starts, and checks its settings', async () => {
  expect(await run('dist/main.js')).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^These settings cannot be used:\n {2}- SIM_API_URL is missing/),
  });
});
