import { describe, expect, test } from '@jest/globals';
import { indexFleet } from '../support/fleet-index.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { asPage } from '../support/page.ts';
import { waitFor } from '../support/wait-for.ts';

const listed = 'https://app.example.com';
const devServer = 'http://localhost:5173';
const indexed = indexFleet({
  sims: 30,
  env: { CORS_ORIGINS: ` ${listed}/ ,HTTP://LOCALHOST:5173`, ALLOWED_HOSTS: 'gateway.example' },
});

type Headers = Readonly<Record<string, string>>;

const json = { 'content-type': 'application/json' };
const query = '{"query":"{ sims(first: 1) { totalCount } }"}';
const preflightHeaders = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'content-type,idempotency-key',
};
const preflight = (path: string, headers: Headers) =>
  asPage(indexed.gateway.url, path, { ...preflightHeaders, ...headers }, undefined, 'OPTIONS');
const get = (path: string, headers: Headers) => asPage(indexed.gateway.url, path, headers);
const post = (headers: Headers, body = query) =>
  asPage(indexed.gateway.url, '/graphql', { ...json, ...headers }, body);

/** The names of a header with a list. */
const namesIn = (header: string | string[] | undefined) => String(header).split(', ');
const errorOf = ({ body }: { body: string }) => JSON.parse(body).errors[0];

const foreign = [
  'https://evil.example',
  'http://app.example.com',
  'https://app.example.com.evil.example',
  'https://app.example.com:8443',
  'https://evilapp.example.com',
  'https://www.app.example.com',
  'https://app.example.com/',
  'https://app.example.com, https://evil.example',
  'http://localhost:5173.evil.example',
  'http://localhost:51730',
  'http://localhost',
  'http://127.0.0.1:5173',
  'https://localhost:5173',
  'null',
];

describe('the preflight of a listed origin', () => {
  test.each([
    ['/graphql', ['GET', 'POST']],
    ['/export/sims.csv', ['GET', 'HEAD']],
    ['/export/sims.csv?filter={}', ['GET', 'HEAD']],
  ])('for %s allows the methods of that path and the headers of an app', async (path, methods) => {
    for (const origin of [listed, devServer]) {
      const { status, headers, body } = await preflight(path, { origin });
      expect([status, body]).toEqual([204, '']);
      expect(headers['access-control-allow-origin']).toBe(origin);
      expect(namesIn(headers['access-control-allow-methods'])).toEqual(methods);
      expect(namesIn(headers['access-control-allow-headers'])).toEqual(
        expect.arrayContaining([
          ...['content-type', 'authorization', 'idempotency-key'],
          ...['traceparent', 'tracestate', 'baggage'],
        ]),
      );
      expect(Number(headers['access-control-max-age'])).toBeGreaterThan(0);
      expect(headers.vary).toMatch(/\bOrigin\b/);
    }
  });

  test('never allows credentials or every origin', async () => {
    const answers = [await preflight('/graphql', { origin: listed }), await post({ origin: listed })];
    for (const { headers } of answers) {
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
      expect(headers['access-control-allow-origin']).toBe(listed);
    }
  });
});

describe('another origin', () => {
  test.each(foreign)(
    '%s is refused, preflight and request, by a sentence with the setting',
    async (origin) => {
      const answers = [
        await preflight('/graphql', { origin }),
        await preflight('/export/sims.csv', { origin }),
        await post({ origin }),
        await get('/export/sims.csv', { origin }),
      ];
      for (const answer of answers) {
        expect(answer.status).toBe(403);
        expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
        expect(answer.headers.vary).toMatch(/\bOrigin\b/);
        // ALLOWED_HOSTS would not help a page that sends preflights.
        const isPreflight = answers.indexOf(answer) < 2;
        expect(errorOf(answer)).toEqual({
          message: isPreflight
            ? 'The header Origin of a cross-origin request must be in CORS_ORIGINS'
            : 'The header Origin must match the header Host, name a host of ALLOWED_HOSTS, or be in CORS_ORIGINS',
          extensions: { code: 'BAD_REQUEST', retryable: false, requestId: answer.headers['x-request-id'] },
        });
      }
      expect((await indexed.world.calls()).total).toBe(0);
    },
  );

  test('of a host of ALLOWED_HOSTS may send requests, but only CORS_ORIGINS answers its preflight', async () => {
    const origin = 'https://gateway.example:8443';
    const sent = await post({ origin, host: 'gateway.example' });
    expect([sent.status, sent.headers['access-control-allow-origin']]).toEqual([200, undefined]);
    const refused = await preflight('/graphql', { origin });
    expect(refused.status).toBe(403);
    expect(errorOf(refused).message).toContain('CORS_ORIGINS');
  });
});

describe('the answer to a listed origin', () => {
  test('of a query can be read, with the headers that an app needs', async () => {
    const { status, headers, body } = await post({ origin: devServer, 'idempotency-key': 'one' });
    expect([status, JSON.parse(body).data]).toEqual([200, { sims: { totalCount: 30 } }]);
    expect(headers['access-control-allow-origin']).toBe(devServer);
    expect(namesIn(headers['access-control-expose-headers'])).toEqual(
      expect.arrayContaining(['x-request-id', 'retry-after']),
    );
  });

  test('of the export can be read, with its name and the state of the index', async () => {
    const { status, headers, body } = await get('/export/sims.csv', { origin: listed });
    expect([status, body.split('\r\n').length]).toEqual([200, 30 + 2]);
    expect(headers['access-control-allow-origin']).toBe(listed);
    expect(headers.vary).toMatch(/\bOrigin\b/);
    expect(namesIn(headers['access-control-expose-headers'])).toEqual(
      expect.arrayContaining([
        'content-disposition',
        'x-fleet-as-of',
        'x-fleet-complete',
        'x-fleet-unreadable-sims',
        'x-hidden-columns',
      ]),
    );
  });

  test.each<[string, number, () => ReturnType<typeof post>]>([
    ['a body that is not JSON', 400, () => post({ origin: listed }, '{')],
    ['an unknown field', 400, () => post({ origin: listed }, '{"query":"{ nonsense }"}')],
    ['an invalid key', 400, () => post({ origin: listed, 'idempotency-key': 'a b' })],
    ['a form', 400, () => post({ origin: listed, 'content-type': 'text/plain' })],
    [
      'another method',
      405,
      () => asPage(indexed.gateway.url, '/graphql', { ...json, origin: listed }, undefined, 'PUT'),
    ],
    ['a large body', 413, () => post({ origin: listed, 'content-length': '99999999' }, ' ')],
    ['an invalid filter', 400, () => get('/export/sims.csv?filter=1', { origin: listed })],
    ['another path', 404, () => get('/graphqll', { origin: listed })],
    ['a foreign Host', 403, () => get('/graphql', { origin: listed, host: 'rebound.example' })],
    ['a health check', 200, () => get('/health/ready', { origin: listed })],
  ])('can be read for %s, too', async (_, status, send) => {
    const { headers, ...answer } = await send();
    expect(answer.status).toBe(status);
    expect(headers['access-control-allow-origin']).toBe(listed);
    expect(headers.vary).toMatch(/\bOrigin\b/);
  });
});

test('a request without the header gets no headers for pages, and the same Vary', async () => {
  for (const { headers } of [
    await post({}),
    await get('/export/sims.csv', {}),
    await get('/graphql', { accept: 'text/html' }),
  ]) {
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers.vary).toMatch(/\bOrigin\b/);
  }
});

test('OPTIONS that is no preflight is not allowed', async () => {
  for (const [path, allow] of [
    ['/graphql', 'GET, POST'],
    ['/export/sims.csv', 'GET, HEAD'],
  ] as const) {
    const { status, headers } = await asPage(
      indexed.gateway.url,
      path,
      { origin: listed },
      undefined,
      'OPTIONS',
    );
    expect([path, status, headers.allow]).toEqual([path, 405, allow]);
  }
});

test('a preflight with a foreign Host is refused, also of a listed origin', async () => {
  const refused = await preflight('/graphql', { origin: listed, host: 'rebound.example' });
  expect([refused.status, errorOf(refused).message]).toEqual([403, expect.stringContaining('header Host')]);
});

describe('without CORS_ORIGINS', () => {
  const withGateway = async (
    env: Readonly<Record<string, string>>,
    check: (gateway: RunningGateway) => Promise<void>,
  ) => {
    const { world, store } = indexed;
    const gateway = await startGateway({ world, store, env });
    await check(gateway).finally(() => gateway.stop());
  };
  const warnings = (gateway: RunningGateway) =>
    gateway.logged().flatMap(({ level, msg }) => {
      const text = String(msg);
      // A slow machine adds warnings about other matters.
      return Number(level) >= 40 && /\b(?:HOST|ALLOWED_HOSTS)\b/.test(text) ? [text] : [];
    });

  test('a page of another port of this machine is refused, and the page of the gateway is served', async () => {
    await withGateway({}, async (gateway) => {
      const { url } = gateway;
      const { host, port } = new URL(url);
      const statusOf = async (headers: Headers) =>
        (await asPage(url, '/graphql', { ...json, ...headers }, query)).status;
      for (const origin of [devServer, 'http://localhost', `http://localhost:${port}`, 'http://127.0.0.1:1'])
        expect([origin, await statusOf({ origin })]).toEqual([origin, 403]);
      expect(await statusOf({ origin: `http://${host}` })).toBe(200);
      // Through a tunnel to another port.
      expect(await statusOf({ host: 'localhost:8080', origin: 'http://localhost:8080' })).toBe(200);
      const refused = await asPage(
        url,
        '/graphql',
        { ...preflightHeaders, origin: devServer },
        '',
        'OPTIONS',
      );
      expect([refused.status, errorOf(refused).message]).toEqual([
        403,
        expect.stringContaining('CORS_ORIGINS'),
      ]);
      expect(warnings(gateway)).toEqual([]);
    });
  });

  test('a gateway on loopback that serves other names without authentication logs it', async () => {
    const warned = async (env: Record<string, string>) => {
      let found: unknown[] = [];
      await withGateway({ ALLOWED_HOSTS: 'gateway.example.com', ...env }, async (gateway) => {
        found = warnings(gateway);
      });
      return found;
    };
    expect(await warned({})).toEqual([expect.stringMatching(/^ALLOWED_HOSTS is set, and AUTH is none: /)]);
    expect(await warned({ AUTH: 'apikey' })).toEqual([]);
  });

  test('a gateway on another address logs once that callers are not authenticated, and refuses foreign pages', async () => {
    await withGateway({ HOST: '0.0.0.0', ALLOW_UNAUTHENTICATED: 'true', WORKERS: '2' }, async (gateway) => {
      await waitFor(() => warnings(gateway).length >= 2);
      expect(warnings(gateway)).toEqual([
        expect.stringMatching(/^HOST is not a loopback address.*every caller.*can change and close SIMs$/),
        expect.stringContaining('ALLOWED_HOSTS is not set'),
      ]);
      const statusOf = async (headers: Headers) =>
        (await asPage(gateway.url, '/graphql', { ...json, ...headers }, query)).status;
      const host = 'gateway.example.com';
      expect(await statusOf({ host, origin: 'https://gateway.example.com' })).toBe(200);
      expect(await statusOf({ host: `${host}:443`, origin: 'https://gateway.example.com' })).toBe(200);
      expect(await statusOf({ host, origin: 'https://evil.example' })).toBe(403);
    });
  });
});
