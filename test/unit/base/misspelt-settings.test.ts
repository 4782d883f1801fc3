import { describe, expect, test } from '@jest/globals';
import { readConfig, similarVariables } from '../../../src/config.ts';
import { readSettings } from '../../../src/sandbox/settings.ts';

const account = {
  SIM_API_URL: 'https://api.1ot.mobi/v1',
  SIM_API_USERNAME: 'user',
  SIM_API_PASSWORD: 'secret',
};

/** Variables of shells, operating systems, containers, CI and other programs. */
const others =
  `HOME HOSTNAME HOSTTYPE HOST_IP HOSTS PATH PORTS POST PATHEXT PWD OLDPWD SHELL SHLVL TERM USER LOGNAME LANG LC_ALL TZ EDITOR
  DISPLAY XDG_DATA_DIRS XDG_DATA_HOME XDG_RUNTIME_DIR TMPDIR TEMP APPDATA PROGRAMDATA COMPUTERNAME SSH_AUTH_SOCK NO_COLOR FORCE_COLOR CI
  NODE_ENV NODE_OPTIONS NODE_PATH NPM_TOKEN npm_config_cache npm_execpath npm_lifecycle_event npm_package_name INIT_CWD
  DATABASE_HOST DATABASE_PORT DATABASE_NAME DATABASE_USER DATABASE_PASSWORD DATABASE_DSN DB_URL DB_CONNECTION PGHOST PGDATABASE REDIS_URL
  LOG_FILE LOG_FORMAT LOG_DIR DEBUG WORKER_ID MAX_WORKERS WEB_CONCURRENCY EXECUTOR_NUMBER AUTH_TOKEN AUTH_URL OAUTH AUTHOR ADMIN_USER
  ADMIN_PASSWORD API_TOKEN API_URL JWT_SECRET JWT_EXPIRES_IN ALLOWED_ORIGINS DJANGO_ALLOWED_HOSTS HTTP_PROXY https_proxy NO_PROXY
  KUBERNETES_SERVICE_HOST KUBERNETES_PORT_443_TCP SIM_API_SERVICE_HOST SIM_API_PORT SIM_API_PORT_80_TCP_ADDR SIM_API_KEY
  FLEET_SERVICE_PORT FLEET_PORT BULK_PORT SANDBOX_SERVICE_HOST SANDBOX_SERVICE_PORT SANDBOX_PORT_4001_TCP SANDBOX_ORIGIN
  CODESANDBOX_HOST SIM_GATEWAY_URL SIM_GATEWAY_KEY SIM_GATEWAY_ADMIN_TOKEN TEST_DATABASE_URL JAVA_HOME GITHUB_TOKEN RUNNER_OS`.split(
    /\s+/,
  );

test('variables of other programs are not reported', () => {
  const environment = Object.fromEntries(others.map((name) => [name, 'x']));
  expect(similarVariables(environment)).toEqual([]);
  expect(() => readConfig({ ...account, ...environment })).not.toThrow();
  expect(() => readSettings(environment)).not.toThrow();
});

test.each([
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['log_level', 'LOG_LEVEL'],
  ['LOG_LEVLE', 'LOG_LEVEL'],
  ['DATABSE_URL', 'DATABASE_URL'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['DATADIR', 'DATA_DIR'],
  ['WORKER', 'WORKERS'],
  ['PROT', 'PORT'],
  ['AUHT', 'AUTH'],
  ['ALLOWED_HOST', 'ALLOWED_HOSTS'],
  ['CORS_ORIGIN', 'CORS_ORIGINS'],
  ['AUDIT_RETENTION', 'AUDIT_RETENTION_DAYS'],
  ['ALLOW_UNAUTHENTICTED', 'ALLOW_UNAUTHENTICATED'],
])('%s is reported as a variable that resembles %s, unless that has a value', (name, resembles) => {
  expect(similarVariables({ [name]: 'x' })).toEqual([{ name, resembles }]);
  expect(similarVariables({ [name]: '' })).toEqual([]);
  expect(similarVariables({ [name]: 'x', [resembles]: 'y' })).toEqual([]);
});

describe('a name that resembles a setting of', () => {
  const fault = (name: string, setting: string) =>
    `These settings cannot be used:\n  - ${name} is not a setting, but resembles ${setting}: correct its name, or remove the variable`;

  test.each([
    ['SIM_API_USER', 'SIM_API_USERNAME'],
    ['SIMAPI_URL', 'SIM_API_URL'],
    ['SIM_API_TIMEOUT', 'SIM_API_TIMEOUT_MS'],
    ['BULK_CALLS_PER_SECONDS', 'BULK_CALLS_PER_SECOND'],
    ['FLEET_SYNC_INTERVAL', 'FLEET_SYNC_INTERVAL_MS'],
  ])('the SIM API, bulk operations or the index is an error: %s', (name, setting) => {
    expect(() => readConfig({ ...account, [name]: 'CANARY' })).toThrow(fault(name, setting));
    expect(similarVariables({ [name]: 'CANARY' })).toEqual([]);
  });

  test('tokens is an error if AUTH has jwt and the setting has no value, otherwise a warning, because other programs use such names', () => {
    const jwt = { AUTH: 'apikey, jwt', JWT_ISSUER: 'https://issuer.example', JWT_AUDIENCE: 'sims' };
    const similar = { JWT_ALGORITHM: 'HS256', JWT_ISSUERS: 'x', JWT_AUDIENCES: 'x' };
    expect(() => readConfig({ ...account, ...jwt, ...similar })).toThrow(
      fault('JWT_ALGORITHM', 'JWT_ALGORITHMS'),
    );
    expect(similarVariables({ ...jwt, ...similar })).toEqual([]);
    expect(() => readConfig({ ...account, ...jwt, ...similar, JWT_ALGORITHMS: 'ES256' })).not.toThrow();
    expect(() => readConfig({ ...account, ...similar })).not.toThrow();
    expect(similarVariables(similar)).toEqual([
      { name: 'JWT_ALGORITHM', resembles: 'JWT_ALGORITHMS' },
      { name: 'JWT_ISSUERS', resembles: 'JWT_ISSUER' },
      { name: 'JWT_AUDIENCES', resembles: 'JWT_AUDIENCE' },
    ]);
  });

  test.each([
    ['SANDBOX_SIM', 'SANDBOX_SIMS'],
    ['SANDBOX_SIZE', 'SANDBOX_SIMS'],
    ['SANDBX_PORT', 'SANDBOX_PORT'],
  ])('the sandbox is an error: %s', (name, setting) => {
    expect(() => readSettings({ [name]: 'CANARY' })).toThrow(fault(name, setting));
  });
});
