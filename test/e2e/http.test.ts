import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { special } from '../support/fleet.ts';
import type { AnsweredError } from '../support/gateway.ts';
import { standingClock } from '../support/months.ts';
import { OneSimDocument } from '../support/operations.ts';
import { asPage } from '../support/page.ts';
import { runRelayedGateway } from '../support/running.ts';
import { waitFor } from '../support/wait-for.ts';

// A long grace period, so that a request that runs during the stop can end on a slow machine.
const running = runRelayedGateway(
  { sims: 20, clock: standingClock },
  { SHUTDOWN_GRACE_MS: '120000', ALLOWED_HOSTS: 'gateway.example' },
);
const json = { 'content-type': 'application/json' };

async function send(path: string, init?: RequestInit) {
  const response = await running.gateway.fetch(path, { redirect: 'manual', ...init });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  const body: { errors?: AnsweredError[]; data?: unknown } = isJson && text !== '' ? JSON.parse(text) : {};
  return { response, text, ...body, status: response.status };
}

const post = (body: string, headers: Record<string, string> = json) =>
  send('/graphql', { method: 'POST', headers, body });

describe('an invalid GraphQL request', () => {
  test.each([
    ['a body that is not JSON', '{"query"', 400, 'BAD_REQUEST'],
    ['a batch', '[{"query":"{ __typename }"}]', 400, 'BAD_REQUEST'],
    ['no query', '{}', 400, 'BAD_REQUEST'],
    ['a syntax error', '{"query":"{ sims("}', 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{"query":"{ nonsense }"}', 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['a subscription', '{"query":"subscription { sims { totalCount } }"}', 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a bad variable',
      '{"query":"query ($n: Int!) { sims(first: $n) { totalCount } }","variables":{"n":"x"}}',
      400,
      'BAD_USER_INPUT',
    ],
    [
      'two operations and no name',
      '{"query":"query A { __typename } query B { __typename }"}',
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
  ])('is refused in JSON, with a code and the request id: %s', async (_, body, status, code) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code, retryable: false });
    expect(answer.errors?.[0]?.extensions.requestId).toBe(answer.response.headers.get('x-request-id'));
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'a POST as %s, which any web page can send, is refused',
    async (type) => {
      const answer = await post('{"query":"{ __typename }"}', { 'content-type': type });
      expect(answer.status).toBe(400);
      expect(answer.errors?.[0]?.message).toContain('CSRF');
    },
  );

  test('a simple GET, which any web page can send, is refused', async () => {
    expect((await send('/graphql?query={__typename}')).status).toBe(400);
  });

  test('a mutation by GET, and any other method, is not allowed', async () => {
    const query = encodeURIComponent(
      'mutation { activateSim(input: { sim: { iccid: "8937204999000002107" } }) { outcome } }',
    );
    const mutation = await send(`/graphql?query=${query}`, { headers: json });
    expect(mutation.status).toBe(405);
    expect((await running.world.calls()).total).toBe(0);
    for (const method of ['HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      for (const headers of [json, {}]) {
        const { status, text, errors, response } = await send('/graphql', { method, headers });
        expect([method, status, response.headers.get('allow')]).toEqual([method, 405, 'GET, POST']);
        if (method === 'HEAD') expect(text).toBe('');
        else
          expect(errors).toMatchObject([
            { message: 'This path takes GET, POST', extensions: { code: 'BAD_REQUEST' } },
          ]);
      }
  });
});

describe('limits', () => {
  test('a body that is one byte too long is refused with 413, and the longest allowed one is read', async () => {
    const query = (bytes: number) => {
      const text = JSON.stringify({ query: '{ __typename }', pad: '' });
      return text.replace('"pad":""', `"pad":"${'x'.repeat(bytes - text.length)}"`);
    };
    expect((await post(query(25_165_824))).data).toEqual({ __typename: 'Query' });
    const over = await post(query(25_165_825));
    expect(over.status).toBe(413);
    expect(over.errors?.[0]?.message).toBe('The request body must not be larger than 25165824 bytes');
  });

  test('a large body may be one long text, but not very many lists', async () => {
    const lists = await post(`{"query":"{ __typename }","variables":{"x":[${'[],'.repeat(400_000)}[]]}}`);
    expect(lists.status).toBe(413);
    expect(lists.errors?.[0]?.message).toBe(
      'The request body must not hold more than 250000 lists and objects',
    );
  });

  test('some of many concurrent large bodies are refused with 503 and a Retry-After', async () => {
    const large = JSON.stringify({ query: '{ account { groups { name } } }', pad: 'x'.repeat(1_100_000) });
    const held = [0, 1].map(() => running.relay.hold('/get_account_groups'));
    const taken = held.map(() => post(large));
    await Promise.all(held.map(({ arrived }) => arrived));
    const more = await Promise.all(Array.from({ length: 4 }, () => post(large)));
    expect(more.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    expect(more[0]?.errors?.[0]?.extensions).toMatchObject({ code: 'OVERLOADED', retryAfterSeconds: 2 });
    expect(more[0]?.response.headers.get('retry-after')).toBe('2');
    for (const { release } of held) release();
    expect((await Promise.all(taken)).map(({ status }) => status)).toEqual([200, 200]);
    // Their memory is free once the gateway has noticed that their answers were sent.
    await waitFor(async () => (await post(large)).status === 200);
  });

  test('stalled bodies do not block large bodies', async () => {
    const { hostname, port } = new URL(running.gateway.url);
    const stalled = await Promise.all(
      [0, 1, 2].map(async () => {
        const socket = connect(Number(port), hostname);
        await once(socket, 'connect');
        const head = 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
        await new Promise((sent) =>
          socket.write(`${head}content-length: 1200000\r\n\r\n${' '.repeat(1_100_000)}`, sent),
        );
        return socket;
      }),
    );
    // The gateway reads what the socket has buffered before it accepts later connections.
    const large = JSON.stringify({ query: '{ __typename }', pad: 'x'.repeat(1_100_000) });
    for (let count = 0; count < 3; count++) expect((await post(large)).status).toBe(200);
    for (const socket of stalled) socket.destroy();
  });

  test('a body that comes in very many small pieces is read', async () => {
    const url = `${running.gateway.url}/graphql`;
    const text = JSON.stringify({ query: '{ __typename }', pad: 'x'.repeat(20_000) });
    const status = await new Promise((resolve, reject) => {
      const sending = httpRequest(url, { method: 'POST', headers: json }, (answer) =>
        resolve(answer.statusCode),
      );
      sending.on('error', reject);
      for (const letter of text) sending.write(letter);
      sending.end();
    });
    expect(status).toBe(200);
  });

  test('a body of unknown length is cut off at the limit', async () => {
    const status = await new Promise((resolve, reject) => {
      const url = `${running.gateway.url}/graphql`;
      const sending = httpRequest(url, { method: 'POST', headers: json }, (answer) => {
        resolve(answer.statusCode);
        sending.destroy();
      });
      sending.on('error', reject);
      // One mebibyte more than the limit, and then no end.
      for (let sent = 0; sent < 20; sent++) sending.write('x'.repeat(1_310_720));
    });
    expect(status).toBe(413);
  });

  test('a gzipped body is read, and one that is too large when unpacked is refused', async () => {
    const gzipped = (text: string | Buffer) =>
      send('/graphql', {
        method: 'POST',
        headers: { ...json, 'content-encoding': 'gzip' },
        body: gzipSync(text),
      });
    expect((await gzipped('{"query":"{ __typename }"}')).data).toEqual({ __typename: 'Query' });
    expect((await gzipped(Buffer.alloc(50_000_000, 'x'))).status).toBe(413);
  });

  test.each([
    ['gzip', 400],
    ['br', 415],
  ])('a body that is not the %s that it claims to be gets %i', async (encoding, status) => {
    const answer = await post('{"query":"{ __typename }"}', { ...json, 'content-encoding': encoding });
    expect(answer.status).toBe(status);
    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
  });

  const aliases = (count: number) =>
    `{ ${Array.from({ length: count }, (_, n) => `a${n}: sim(by: { iccid: "8937204999000002107" }) { name }`).join(' ')} }`;

  test.each([
    ['aliases', aliases(51)],
    ['aliases in a fragment', `query { ...A } fragment A on Query ${aliases(51)}`],
    [
      'levels of nesting',
      `{ __type(name: "Sim") { fields { ${'type { ofType { '.repeat(8)} name ${'} }'.repeat(8)} } } }`,
    ],
    ['directives', `{ __typename ${'@include(if: true) '.repeat(21)} }`],
    ['tokens', `{ ${'__typename '.repeat(20_001)} }`],
    ['characters', `{ __typename }${' '.repeat(300_000)}`],
    ['lines', `${'\n'.repeat(10_000)}{ __typename }`],
    ['lines that end with CR', `${'\r'.repeat(10_000)}{ no syntax`],
  ])('too many %s are refused before any call of the SIM API', async (_, query) => {
    const { errors, status } = await post(JSON.stringify({ query }));
    expect(status).toBe(400);
    expect(errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
    expect((await running.world.calls()).total).toBe(0);
  });

  const alertsOfSims = 'alerts(first: 500) { nodes { sim { group { '.repeat(2);

  test.each([
    [
      'lists inside lists',
      `{ group(name: "Meters") { ${alertsOfSims} alerts(first: 500) { nodes { id } } ${'} } } } '.repeat(2)} } }`,
      /could answer 138502002 objects, and at most 100000 are allowed \(QUERY_MAX_NODES;/,
    ],
    [
      'plain values by alias',
      `{ sims(first: 500) { nodes { group { sims(first: 100) { nodes { ${Array.from({ length: 50 }, (_, n) => `a${n}: id`).join(' ')} } } } } } }`,
      /could answer 30\d{4} objects/,
    ],
    [
      'calls for each SIM',
      '{ sims(first: 500) { nodes { sessions { totalCount } diagnostics { imei } alerts { totalCount } } } }',
      /could take 1500 calls of the SIM API, and at most 1000 are allowed \(QUERY_MAX_UPSTREAM_CALLS\)/,
    ],
  ])(
    'an operation that could take too many %s is refused with its number and the limit',
    async (_, query, message) => {
      const { errors, status, data } = await post(JSON.stringify({ query }));
      expect([status, data]).toEqual([400, undefined]);
      expect(errors).toMatchObject([
        {
          message: expect.stringMatching(message),
          extensions: { code: 'QUERY_TOO_COMPLEX', retryable: false, requestId: expect.any(String) },
        },
      ]);
      expect((await running.world.calls()).total).toBe(0);
    },
  );

  test('an operation at exactly the limit runs', async () => {
    const query =
      '{ sims(first: 500) { nodes { sessions { totalCount } diagnostics(nullIfMissing: true) { imei } } } }';
    const { status, data } = await post(JSON.stringify({ query }));
    expect(status).toBe(200);
    expect(data).toMatchObject({ sims: { nodes: expect.any(Array) } });
  });

  test('introspection is not counted', async () => {
    const { errors, status } = await post(JSON.stringify({ query: getIntrospectionQuery() }));
    expect([status, errors]).toEqual([200, undefined]);
  });

  test('the maximum runs', async () => {
    const { errors, status } = await post(JSON.stringify({ query: aliases(50) }));
    expect([status, errors]).toEqual([200, undefined]);
  });

  test('a hundred mutations in one document are refused', async () => {
    const change = 'deactivateSim(input: { sim: { iccid: "8937204999000002107" } }) { outcome }';
    const query = `mutation { ${Array.from({ length: 100 }, (_, n) => `m${n}: ${change}`).join(' ')} }`;
    expect((await post(JSON.stringify({ query }))).errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
    expect(await running.world.effectCounts()).toEqual({});
  });
});

describe('a page whose name resolves to this machine (DNS rebinding)', () => {
  const close = `mutation { closeSim(input: { sim: { iccid: "${special.E210}" }, confirmIccid: "${special.E210}" }) { outcome } }`;
  const paths = [
    '/graphql',
    '/graphql?query={__typename}',
    '/graphiql/index.js',
    '/export/sims.csv',
    '/',
    '/no',
  ];
  const host = 'rebound.example:4000';

  test.each(paths)('is refused %s', async (path) => {
    const { status, body } = await asPage(running.gateway.url, path, { host });
    expect([status, JSON.parse(body)]).toEqual([
      403,
      {
        errors: [
          {
            message:
              'The header Host must name this machine, for example localhost, or a host of ALLOWED_HOSTS',
            extensions: { code: 'BAD_REQUEST', retryable: false, requestId: expect.any(String) },
          },
        ],
      },
    ]);
  });

  test.each([
    ['a Host of another name', { host }],
    ['a foreign Origin', { host: 'localhost', origin: 'https://rebound.example' }],
    ['the Origin of a sandboxed frame', { host: 'localhost', origin: 'null' }],
  ])('cannot close a SIM with %s', async (_, headers) => {
    const answer = await asPage(
      running.gateway.url,
      '/graphql',
      { ...json, ...headers },
      JSON.stringify({ query: close }),
    );
    expect(answer.status).toBe(403);
    expect((await running.world.calls()).total).toBe(0);
  });

  test.each([
    { host: 'localhost:4000', origin: 'http://localhost:4000' },
    { host: '[::1]:4000' },
    { host: 'gateway.example', origin: 'https://gateway.example' },
  ])('differs from a request with %j, which is answered', async (headers) => {
    const answer = await asPage(
      running.gateway.url,
      '/graphql',
      { ...json, ...headers },
      '{"query":"{ __typename }"}',
    );
    expect([answer.status, JSON.parse(answer.body).data]).toEqual([200, { __typename: 'Query' }]);
  });

  test('may request health: monitoring may use any host name', async () => {
    for (const path of ['/health/live', '/health/ready'])
      expect((await asPage(running.gateway.url, path, { host })).status).toBe(200);
  });
});

describe('requests and answers', () => {
  test('a query by GET is answered if the client identifies itself as a GraphQL client', async () => {
    const answer = await send('/graphql?query={__typename}', {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(answer.data).toEqual({ __typename: 'Query' });
  });

  test('a client may choose the request id, unless it contains characters that are unsafe in a log', async () => {
    const ids = await Promise.all(
      ['trace-42', 'evil id', 'x'.repeat(200)].map(async (id) => {
        const { response } = await post('{"query":"{ __typename }"}', { ...json, 'x-request-id': id });
        return response.headers.get('x-request-id');
      }),
    );
    expect(ids[0]).toBe('trace-42');
    expect(ids.slice(1)).toEqual([
      expect.stringMatching(/^[\w-]{36}$/),
      expect.stringMatching(/^[\w-]{36}$/),
    ]);
  });

  test('an answer is never cached, and browsers do not guess its type', async () => {
    const { response } = await post('{"query":"{ __typename }"}');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('a client that disconnects in the middle of a body does no harm', async () => {
    const { gateway } = running;
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.end(
      'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"que',
    );
    // The gateway closes its side of the connection too, once it has noticed the end.
    await once(socket.resume(), 'close');
    const headers = { ...json, 'x-request-id': 'after-it-went' };
    // The error of a query is logged: any log line about that client is written before it.
    const missing = JSON.stringify({ query: `{ sim(by: { iccid: "${special.E002}" }) { name } }` });
    expect((await post(missing, headers)).status).toBe(200);
    await waitFor(() => gateway.logged().some(({ requestId }) => requestId === 'after-it-went'));
    expect(gateway.logged().filter(({ level }) => level === 50)).toEqual([]);
  });
});

describe('other paths', () => {
  test('health reports that the gateway lives and is ready', async () => {
    expect((await send('/health/live')).status).toBe(200);
    const ready = await send('/health/ready');
    expect([ready.status, ready.text]).toEqual([200, '{"status":"ready"}']);
  });

  test('the root redirects to GraphiQL, and unknown paths name the path of the API', async () => {
    const root = await send('/');
    expect([root.status, root.response.headers.get('location')]).toEqual([302, '/graphql']);
    const nowhere = await send('/graphqll');
    expect(nowhere.status).toBe(404);
    expect(nowhere.errors?.[0]).toMatchObject({
      message: 'The GraphQL API is at /graphql',
      extensions: { code: 'NOT_FOUND' },
    });
  });
});

// The last test: it stops the gateway.
describe('stop', () => {
  test('a running request is answered, new ones are refused, and the program ends', async () => {
    const { gateway, relay, world } = running;
    await world.killTokens();
    const held = relay.hold('/get_sims');
    const answer = gateway.run(OneSimDocument, { by: { iccid: special.E210 } });
    await held.arrived;
    const ended = once(gateway.process, 'close');
    gateway.process.kill('SIGTERM');
    await waitFor(() =>
      gateway.fetch('/health/live').then(
        () => false,
        () => true,
      ),
    );
    held.release();
    expect((await answer).data.sim?.iccid).toBe(special.E210);
    expect(await ended).toEqual([0, null]);
  });

  test('its log, one JSON object per line, contains neither the password nor a token', () => {
    const { gateway, relay, world } = running;
    const text = JSON.stringify(gateway.logged());
    expect(text).toContain('gateway listens');
    expect(text).not.toContain(`"${world.password}"`);
    expect(text).not.toMatch(/bearer/i);
    // One token from its start, and one that replaced the killed one.
    expect(relay.secrets.size).toBeGreaterThan(1);
    for (const secret of relay.secrets) expect(text).not.toContain(secret);
  });
});
