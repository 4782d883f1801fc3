import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startGateway } from '../support/gateway.ts';

// These tests need no SIM API.
const noSimApi = {
  SIM_API_URL: 'http://127.0.0.1:9/v1',
  SIM_API_USERNAME: 'nobody',
  SIM_API_PASSWORD: 'nothing',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A pipe that is never read. */
function unreadPipe(): number {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  return openSync(join(folder, 'pipe'), constants.O_RDWR);
}

describe('a gateway whose log', () => {
  test.each([
    ['is on a full disk', () => openSync('/dev/full', 'w')],
    ['is written to a pipe that is not read', unreadPipe],
  ])('%s answers, and stops in order', async (_, openLog) => {
    const stdout = openLog();
    const gateway = await startGateway({ stdout, env: noSimApi });
    try {
      // Each of these requests writes a log line, and together they exceed the pipe buffer.
      const requestId = 'r'.repeat(64);
      for (let round = 0; round < 50; round++) {
        const answers = Array.from({ length: 10 }, () =>
          gateway.fetch('/graphql?query={nonsense}', {
            headers: { 'apollo-require-preflight': '1', 'x-request-id': requestId },
          }),
        );
        for (const answer of await Promise.all(answers)) expect(answer.status).toBe(400);
      }
      expect((await gateway.fetch('/health/live')).status).toBe(200);
    } finally {
      await gateway.stop();
      closeSync(stdout);
    }
    expect([gateway.process.exitCode, gateway.process.signalCode]).toEqual([0, null]);
  });
});
