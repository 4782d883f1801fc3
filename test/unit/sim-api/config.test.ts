import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../../src/base/config-error.ts';
import { oldSettings, readConfig } from '../../../src/config.ts';

const account = {
  SIM_API_URL: 'https://api.1ot.mobi/v1',
  SIM_API_USERNAME: 'user',
  SIM_API_PASSWORD: 'CANARY-password',
};

function faultsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('the settings', () => {
  test('require only the account; everything else has a default', () => {
    expect(readConfig(account)).toEqual({
      host: '127.0.0.1',
      port: 4000,
      corsOrigins: [],
      logLevel: 'info',
      workers: 1,
      maxBodyBytes: 25_165_824,
      auth: { methods: [], adminToken: null, jwt: null },
      executor: 'planned',
      limits: { maxExtraCalls: 200, maxNodes: 100_000, maxUpstreamCalls: 1000 },
      bulk: { callsPerSecond: 100, concurrency: 5, chunkConcurrency: 3, firstPollMs: 3000 },
      fleet: { syncIntervalMs: 60_000, callsPerSecond: 10 },
      shutdownGraceMs: 10_000,
      store: {
        adoptAccount: null,
        dataDir: 'data',
        url: null,
        migrationUrl: null,
        maxConnections: 10,
        leaseMs: 15_000,
        auditRetentionDays: 365,
      },
      simApi: {
        account: expect.stringMatching(/^[0-9a-f]{64}$/),
        url: 'https://api.1ot.mobi/v1',
        username: 'user',
        password: 'CANARY-password',
        isSandbox: false,
        maxSimsPerCall: 1000,
        smsSimsPerCall: 1,
        maxUrlBytes: 7500,
        timeoutMs: 10_000,
        deadlineMs: 30_000,
        concurrency: 10,
        inferred: {
          activeReadyPath: '/active_ready',
          imeiLockPath: '/set_imei_lock',
          imeiLockParameter: 'lock',
          unlimitedDataLimit: '0',
        },
      },
    });
  });

  test('of the SIM API are each read from the variable of the same name', () => {
    const { simApi } = readConfig({
      ...account,
      SIM_API_MAX_SIMS_PER_CALL: '150',
      SMS_SIMS_PER_CALL: '2',
      SIM_API_MAX_URL_BYTES: '30000',
      SIM_API_TIMEOUT_MS: '300',
      SIM_API_DEADLINE_MS: '2000',
      SIM_API_CONCURRENCY: '4',
    });
    expect(simApi).toMatchObject({
      maxSimsPerCall: 150,
      smsSimsPerCall: 2,
      maxUrlBytes: 30_000,
      timeoutMs: 300,
      deadlineMs: 2000,
      concurrency: 4,
    });
  });

  test('that are empty count as not set', () => {
    expect(readConfig({ ...account, PORT: '', SIM_API_TIMEOUT_MS: '' }).port).toBe(4000);
    expect(faultsOf({ ...account, SIM_API_PASSWORD: '' })).toEqual([
      expect.stringMatching(/^SIM_API_PASSWORD is missing/),
    ]);
  });

  test('cannot be changed afterwards', () => {
    const config = readConfig(account);
    expect(Object.isFrozen(config) && Object.isFrozen(config.simApi.inferred)).toBe(true);
  });

  test('drop slashes at the end of SIM_API_URL', () => {
    expect(readConfig({ ...account, SIM_API_URL: 'http://127.0.0.1:4001/v1//' }).simApi.url).toBe(
      'http://127.0.0.1:4001/v1',
    );
  });

  test('of CORS_ORIGINS are origins as browsers send them', () => {
    const origins = (text: string) => readConfig({ ...account, CORS_ORIGINS: text }).corsOrigins;
    expect(origins('https://app.example.com')).toEqual(['https://app.example.com']);
    expect(origins(' https://App.Example.com:443/,http://localhost:5173 , HTTP://[::1]:80')).toEqual([
      'https://app.example.com',
      'http://localhost:5173',
      'http://[::1]',
    ]);
    expect(origins('https://app.example.com, ,http://localhost:5173,')).toEqual([
      'https://app.example.com',
      'http://localhost:5173',
    ]);
    expect(origins('https://xn--bcher-kva.example')).toEqual(['https://xn--bcher-kva.example']);
    for (const none of ['', ',']) expect(origins(none)).toEqual([]);
  });

  test('are read under an old name too, unless the current name is given', () => {
    const firstPollMs = (environment: Record<string, string>) =>
      readConfig({ ...account, ...environment }).bulk.firstPollMs;
    expect(firstPollMs({ BULK_FIRST_LOOK_MS: '500' })).toBe(500);
    expect(firstPollMs({ BULK_FIRST_LOOK_MS: '500', BULK_FIRST_POLL_MS: '700' })).toBe(700);
    expect(firstPollMs({ BULK_FIRST_LOOK_MS: '', BULK_FIRST_POLL_MS: '700' })).toBe(700);
    expect(oldSettings({ BULK_FIRST_LOOK_MS: '500' })).toEqual([
      { name: 'BULK_FIRST_LOOK_MS', currentName: 'BULK_FIRST_POLL_MS' },
    ]);
    expect(oldSettings({ BULK_FIRST_LOOK_MS: '', BULK_FIRST_POLL_MS: '700' })).toEqual([]);
    expect(faultsOf({ ...account, BULK_FIRST_LOOK_MS: 'soon' })).toEqual([
      'BULK_FIRST_LOOK_MS, now BULK_FIRST_POLL_MS, must be a whole number from 100 to 600000',
    ]);
  });
});

describe('faults in the settings', () => {
  test('are all reported together, each by its name', () => {
    const faults = faultsOf({
      SIM_API_USERNAME: 'user',
      PORT: '65536',
      LOG_LEVEL: 'loud',
      SIM_API_MAX_SIMS_PER_CALL: '1001',
      SIM_API_MAX_URL_BYTES: '199',
      SIM_API_TIMEOUT_MS: '0',
      SIM_API_DEADLINE_MS: '1.5',
      SIM_API_CONCURRENCY: '-1',
      SIM_API_PATH_ACTIVE_READY: 'no-slash',
      SIM_API_PATH_IMEI_LOCK: '/a?b',
      SIM_API_PARAMETER_IMEI_LOCK: 'a&b',
      SIM_API_UNLIMITED_DATA_LIMIT: '#',
    });
    expect(faults.map((fault) => fault.split(' ')[0]).sort()).toEqual(
      [
        'SIM_API_URL',
        'SIM_API_PASSWORD',
        'PORT',
        'LOG_LEVEL',
        'SIM_API_MAX_SIMS_PER_CALL',
        'SIM_API_MAX_URL_BYTES',
        'SIM_API_TIMEOUT_MS',
        'SIM_API_DEADLINE_MS',
        'SIM_API_CONCURRENCY',
        'SIM_API_PATH_ACTIVE_READY',
        'SIM_API_PATH_IMEI_LOCK',
        'SIM_API_PARAMETER_IMEI_LOCK',
        'SIM_API_UNLIMITED_DATA_LIMIT',
      ].sort(),
    );
  });

  test.each([
    ['no scheme', 'CANARY'],
    ['another protocol', 'ftp://CANARY.example/v1'],
    ['credentials', 'https://me:CANARY@api.1ot.mobi/v1'],
    ['a query', 'https://api.1ot.mobi/v1?key=CANARY'],
    ['a fragment', 'https://api.1ot.mobi/v1#CANARY'],
    ['no path', 'https://CANARY.example'],
    ['a path of slashes', 'https://CANARY.example//'],
  ])('include a SIM_API_URL with %s, and do not repeat its text', (_, url) => {
    const faults = faultsOf({ ...account, SIM_API_URL: url });
    expect(faults).not.toEqual([]);
    for (const fault of faults) expect(fault).toMatch(/^SIM_API_URL must/);
    expect(faults.join()).not.toContain('CANARY');
  });

  test.each([
    '*',
    'null',
    'app.example.com',
    'localhost:5173',
    '//app.example.com',
    'ftp://app.example.com',
    'https://*.example.com',
    'https://app.example.com/path',
    'https://app.example.com//',
    'https://app.example.com?a=b',
    'https://app.example.com#a',
    'https://user@app.example.com',
    'https://app.example.com:99999',
    'https://app.example.com https://b.example.com',
    'https://bücher.example',
    'https://app.example.com,*',
    'https://',
  ])('include the CORS_ORIGINS %j', (text) => {
    expect(faultsOf({ ...account, CORS_ORIGINS: text })).toEqual([
      expect.stringMatching(
        /^CORS_ORIGINS must be origins separated by commas, .* xn-- form; \* is not supported/,
      ),
    ]);
  });

  test('never repeat a value: it may be a secret in the wrong place', () => {
    const secrets = Object.fromEntries(
      [
        'HOST',
        'ALLOWED_HOSTS',
        'CORS_ORIGINS',
        'PORT',
        'LOG_LEVEL',
        'SIM_API_URL',
        'SIM_API_TIMEOUT_MS',
        'SIM_API_DEADLINE_MS',
        'SIM_API_CONCURRENCY',
        'SIM_API_MAX_SIMS_PER_CALL',
        'SIM_API_MAX_URL_BYTES',
        'SIM_API_PATH_ACTIVE_READY',
        'SIM_API_PARAMETER_IMEI_LOCK',
        'SIM_API_UNLIMITED_DATA_LIMIT',
      ].map((name) => [name, 'CANARY &']),
    );
    const faults = faultsOf({ SIM_API_PASSWORD: 'CANARY &', ...secrets });
    expect(faults.length).toBeGreaterThan(10);
    expect(faults.join('\n')).not.toContain('CANARY');
  });
});
