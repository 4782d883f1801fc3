import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { startGateway } from '../support/gateway.ts';

const account = {
  SIM_API_URL: 'http://127.0.0.1:9/v1',
  SIM_API_USERNAME: 'me',
  SIM_API_PASSWORD: 'hunter2',
};

// How it stops is shown in http.test.ts.
describe('start', () => {
  test('what is missing and every fault in the settings is listed at once, and no value is shown', async () => {
    const env = {
      SIM_API_URL: 'ftp://somewhere',
      SIM_API_PASSWORD: 'hunter2',
      PORT: '70000',
      SIM_API_MAX_SIMS_PER_CALL: '1001',
      LOG_LEVEL: 'loud',
    };
    const error = await startGateway({ env }).catch((thrown: Error) => thrown);
    const message = error instanceof Error ? error.message : '';
    expect(message).toContain('SIM_API_USERNAME is missing');
    expect(message).toContain('SIM_API_URL must be an http or https address');
    expect(message).toContain('PORT must be a whole number from 0 to 65535');
    expect(message).toContain('SIM_API_MAX_SIMS_PER_CALL must be a whole number from 1 to 1000');
    expect(message).toContain('LOG_LEVEL must be one of debug, info, warn, error, silent');
    expect(message).not.toContain('hunter2');
  });

  test('a taken port is told as such', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    const started = startGateway({ env: { ...account, PORT: String(port) } });
    await expect(started).rejects.toThrow(/another program listens there already[\s\S]*PORT/);
    squatter.close();
  });
});
