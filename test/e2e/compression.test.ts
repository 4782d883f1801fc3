import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { indexFleet } from '../support/fleet-index.ts';
import { waitFor } from '../support/wait-for.ts';

/** This many SIMs with such APNs exceed the socket buffers for a client that reads nothing, compressed too. */
const many = 4000;
const hashesInApn = 150;

const indexed = indexFleet({
  sims: 600,
  async prepare(world) {
    for (const { iccid } of await world.sims({ state: 'LIVE', limit: 50 }))
      await world.patchSim(iccid, { name: 'Õhtu 🚚' });
  },
});

beforeAll(async () => {
  await indexed.store.query(
    `insert into fleet_sim (tenant, iccid, apn, downloaded_profiles, has_data_limit_field, has_profiles_field, state, is_transitioning,
       search, fingerprint, observed_at)
     select 'default', (8937205000000000000 + i)::text, (select string_agg(md5(i || ' ' || j), '') from generate_series(1, $2) as j),
       '{}', true, true, 'TEST', false, '', '', now()
     from generate_series(1, $1) as i`,
    [many, hashesInApn],
  );
});

type Headers = Readonly<Record<string, string>>;

/** Sends a request with these headers only; `fetch` would accept and decode content codings by itself. */
async function send(path: string, headers: Headers, init: { method?: string; body?: string } = {}) {
  const sending = request(indexed.gateway.url + path, {
    agent: false,
    headers,
    method: init.method ?? 'GET',
  });
  sending.end(init.body);
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  return response;
}

const ask = (query: string, headers: Headers) =>
  send(
    '/graphql',
    { 'content-type': 'application/json', ...headers },
    { method: 'POST', body: JSON.stringify({ query }) },
  );

const decoders: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
};

/** Reads a response to its end: its size, and its text without the content coding. */
async function read(response: IncomingMessage): Promise<{
  headers: IncomingHttpHeaders;
  coding: string | undefined;
  size: number;
  text: string;
}> {
  const { headers } = response;
  const bytes = await buffer(response);
  const coding = headers['content-encoding'];
  const decode = decoders[coding ?? ''];
  return {
    headers,
    coding,
    size: bytes.length,
    text: String(decode === undefined ? bytes : decode(bytes)),
  };
}

const logged = (msg: string) => indexed.gateway.logged().filter((line) => line.msg === msg).length;
const begun = { exports: 0 };
const whenExportsEnded = () =>
  waitFor(() => logged('export: sent') + logged('export: cut short') === begun.exports);

const codings = [
  ['br', 'br'],
  ['gzip', 'gzip'],
  ['gzip, deflate, br, zstd', 'br'],
  ['br;q=0, *;q=0.5', 'gzip'],
];
const plain = [undefined, 'identity', 'deflate', 'br;q=0, gzip;q=0', '*;q=0'];
const accepting = (coding: string | undefined): Headers =>
  coding === undefined ? {} : { 'accept-encoding': coding };

describe('a large answer of GraphQL', () => {
  const list =
    '{ sims(first: 500, filter: { states: [LIVE, OFFLINE] }) { nodes { iccid name msisdn imsi } } }';

  test.each(codings)('to a client that accepts %s is compressed as %s', async (accepted, coding) => {
    const whole = await read(await ask(list, {}));
    const answer = await read(await ask(list, accepting(accepted)));
    expect(answer.coding).toBe(coding);
    expect(JSON.parse(answer.text)).toEqual({
      ...JSON.parse(whole.text),
      extensions: expect.any(Object),
    });
    expect(answer.text).toContain('Õhtu 🚚');
    expect(answer.size).toBeLessThan(whole.size / 2);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(answer.size),
      vary: expect.stringContaining('Accept-Encoding'),
    });
  });

  test.each(plain)('to a client that accepts %j is sent as it is', async (accepted) => {
    const { coding, text, size, headers } = await read(await ask(list, accepting(accepted)));
    expect(coding).toBeUndefined();
    expect(JSON.parse(text).data.sims.nodes.length).toBeGreaterThan(100);
    expect(headers['content-length']).toBe(String(size));
    expect(headers.vary).toContain('Accept-Encoding');
  });

  test('is an error answer, too', async () => {
    const query = `{ ${Array.from({ length: 50 }, (_, n) => `unknownField${n}`).join(' ')} }`;
    const response = await ask(query, accepting('gzip'));
    const { coding, text } = await read(response);
    expect([response.statusCode, coding]).toEqual([400, 'gzip']);
    expect(JSON.parse(text).errors[0].extensions.requestId).toBe(response.headers['x-request-id']);
  });

  test('of which a client reads only the beginning does no harm', async () => {
    for (const accepted of ['br', 'gzip']) {
      const response = await ask(getIntrospectionQuery(), accepting(accepted));
      await once(response, 'data');
      response.destroy();
    }
    expect((await read(await ask('{ __typename }', {}))).text).toContain('"Query"');
    expect(indexed.gateway.logged().filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});

test('a small answer is sent as it is', async () => {
  const { coding, text, headers } = await read(await ask('{ __typename }', accepting('br, gzip')));
  expect([coding, JSON.parse(text).data]).toEqual([undefined, { __typename: 'Query' }]);
  expect(headers.vary).toContain('Accept-Encoding');
});

describe('the CSV export', () => {
  const path = '/export/sims.csv';
  const filtered = `${path}?filter=${encodeURIComponent('{"states":["LIVE","OFFLINE"]}')}`;

  async function begin(exported: string, accepted: string | undefined) {
    const response = await send(exported, accepting(accepted));
    expect(response.statusCode).toBe(200);
    begun.exports++;
    return response;
  }

  test.each(codings)('for a client that accepts %s is the same file as %s', async (accepted, coding) => {
    const whole = await read(await begin(filtered, undefined));
    const file = await read(await begin(filtered, accepted));
    expect([file.coding, file.text]).toEqual([coding, whole.text]);
    expect(file.size).toBeLessThan(whole.size / 2);
    expect(file.headers.vary).toContain('Accept-Encoding');
    expect(file.headers['x-fleet-complete']).toBe('true');
  });

  test.each(plain)('for a client that accepts %j is plain', async (accepted) => {
    const { coding, text, headers } = await read(await begin(filtered, accepted));
    expect([coding, text.slice(0, 6)]).toEqual([undefined, 'iccid,']);
    expect(headers.vary).toContain('Accept-Encoding');
  });

  test('has the same headers by HEAD', async () => {
    const answers = [
      await begin(filtered, 'gzip'),
      await send(filtered, accepting('gzip'), { method: 'HEAD' }),
    ];
    const [whole, head] = answers.map(({ headers }) => ({ ...headers, date: '', 'x-request-id': '' }));
    expect({ ...head, 'transfer-encoding': 'chunked' }).toEqual(whole);
    const [file, nothing] = await Promise.all(answers.map(buffer));
    expect([file?.length, nothing?.length]).toEqual([expect.any(Number), 0]);
  });

  test.each(['br', 'gzip'])('as %s is complete for a client that reads it late', async (coding) => {
    const late = await begin(path, coding);
    // The database is read to its end, while the client has read nothing.
    await waitFor(async () => {
      const reading = `select 1 from pg_stat_activity
        where datname = current_database() and state <> 'idle' and query ilike 'fetch % from sims'`;
      return (await indexed.store.query(reading)).length === 0;
    });
    const { text } = await read(late);
    expect(text.split('\r\n')).toHaveLength(1 + 600 + many + 1);
    expect(text).toBe((await read(await begin(path, undefined))).text);
    await whenExportsEnded();
  });

  test('ends when its client disconnects in the middle, and the next clients get their files', async () => {
    const before = logged('export: cut short');
    for (const coding of ['br', 'gzip', 'br', 'gzip']) {
      const response = await begin(path, coding);
      await once(response, 'data');
      response.destroy();
      await whenExportsEnded();
    }
    expect(logged('export: cut short') - before).toBe(4);
    expect((await read(await begin(path, 'br'))).text.split('\r\n')).toHaveLength(1 + 600 + many + 1);
    expect(logged('unexpected error')).toBe(0);
  });
});
