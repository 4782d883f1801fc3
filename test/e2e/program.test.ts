import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { startGateway } from '../support/gateway.ts';
import { asPage } from '../support/page.ts';

const account = {
  SIM_API_URL: 'http://127.0.0.1:9/v1',
  SIM_API_USERNAME: 'me',
  SIM_API_PASSWORD: 'hunter2',
};

// http.test.ts tests how it stops.
describe('start', () => {
  test('all missing and invalid settings are reported together, and no value is shown', async () => {
    const env = {
      SIM_API_URL: 'ftp://somewhere',
      SIM_API_PASSWORD: 'hunter2',
      PORT: '70000',
      SIM_API_MAX_SIMS_PER_CALL: '1001',
      LOG_LEVEL: 'loud',
      ALLOWED_HOSTS: 'gateway.example:4000',
    };
    const error = await startGateway({ env }).catch((thrown: Error) => thrown);
    const message = error instanceof Error ? error.message : '';
    expect(message).toContain('SIM_API_USERNAME is missing');
    expect(message).toContain('SIM_API_URL must be an http or https address');
    expect(message).toContain('PORT must be a whole number from 0 to 65535');
    expect(message).toContain('SIM_API_MAX_SIMS_PER_CALL must be a whole number from 1 to 1000');
    expect(message).toContain('LOG_LEVEL must be one of debug, info, warn, error, silent');
    expect(message).toContain(
      'ALLOWED_HOSTS must be host names separated by commas, without scheme and port',
    );
    expect(message).not.toContain('hunter2');
  });

  test('on an address that others reach, every Host is served, and the log warns of it', async () => {
    const gateway = await startGateway({
      env: { ...account, HOST: '0.0.0.0', ALLOW_UNAUTHENTICATED: 'true' },
    });
    expect(new URL(gateway.url).hostname).toBe('127.0.0.1');
    const headers = { host: 'gateway.example', 'content-type': 'application/json' };
    expect((await asPage(gateway.url, '/graphql', headers, '{"query":"{ __typename }"}')).status).toBe(200);
    expect(gateway.logged()).toContainEqual(
      expect.objectContaining({ level: 40, host: '0.0.0.0', msg: expect.stringContaining('ALLOWED_HOSTS') }),
    );
    await gateway.stop();
  });

  test('a port in use is reported as such, and ends the process even if it has open handles', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    const NODE_OPTIONS = '--import data:text/javascript,setInterval(Date.now,1e6)';
    const started = startGateway({ env: { ...account, PORT: String(port), NODE_OPTIONS } });
    await expect(started).rejects.toThrow(/another program listens there already[\s\S]*PORT/);
    squatter.close();
  });
});
