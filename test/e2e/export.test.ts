import { describe, expect, test } from '@jest/globals';
import { type CsvFile, parseCsv } from '../support/csv.ts';
import { indexFleet } from '../support/fleet-index.ts';
import type { AnsweredError } from '../support/gateway.ts';
import { midMonthNow } from '../support/mid-month.ts';
import type { World } from '../support/sandbox.ts';

const header =
  'iccid,eid,name,msisdn,imsi,imei,type,formFactor,apn,state,pendingState,rawState,group,usedBytes,limitMegabytes,usedPercent,' +
  'costMonth,costAmount,costCurrency,dataPlan,lastNetworkActivityAt,lastDataSessionAt,lastModifiedAt,offlineReason';
const names = [
  '=HYPERLINK("http://x","y")',
  '+372 5555',
  '-5',
  '@all',
  '＝1',
  'a,b',
  'say "hi"',
  'two\nlines',
  'Õhtu 🚚',
  "O'Neill; east",
];

async function prepare(world: World): Promise<void> {
  const sims = await world.sims({ limit: names.length + 1 });
  for (const [index, name] of names.entries())
    await world.patchSim(sims[index]?.iccid ?? '', { name, group: index % 2 === 0 ? 'North, "1"' : 'South' });
  await world.patchSim(sims[names.length]?.iccid ?? '', { name: 'other', state: 'BRAND_NEW' });
}

const indexed = indexFleet({ sims: 400, prepare });

interface Params {
  readonly filter?: object | null;
  readonly orderBy?: object | null;
}

function pathOf(params: Params): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) query.set(name, JSON.stringify(value));
  return `/export/sims.csv?${query}`;
}

async function exported(params: Params): Promise<CsvFile> {
  const response = await indexed.gateway.fetch(pathOf(params));
  expect(response.status).toBe(200);
  return parseCsv(await response.text());
}

interface ListedSim {
  iccid: string;
  group: { name: string } | null;
  dataUsage: { limitMegabytes: number | null; usedBytes: number | null; usedPercent: number | null };
  cost: { month: string; dataPlan: string | null; cost: { amount: number; currency: string } } | null;
  [field: string]: unknown;
}

const fieldsAlike = [
  ...['iccid', 'eid', 'name', 'msisdn', 'imsi', 'imei', 'type', 'formFactor', 'apn', 'state', 'pendingState'],
  ...['rawState', 'lastNetworkActivityAt', 'lastDataSessionAt', 'lastModifiedAt', 'offlineReason'],
];
const list = `query ($filter: SimFilter, $orderBy: SimOrder) {
  sims(filter: $filter, orderBy: $orderBy, first: 500) {
    asOf totalCount
    nodes { ${fieldsAlike.join(' ')} group { name } dataUsage { limitMegabytes usedBytes usedPercent }
      cost(nullIfMissing: true) { month dataPlan cost { amount currency } } }
  }
}`;

async function listed(params: Params) {
  const { data, errors } = await indexed.gateway.ask<{
    sims: { asOf: string; totalCount: number; nodes: ListedSim[] };
  }>(list, params);
  expect(errors).toEqual([]);
  expect(data.sims.nodes).toHaveLength(data.sims.totalCount);
  return data.sims;
}

const cellOf = (value: unknown) => (value === null || value === undefined ? '' : String(value));
/** The expected cell, with the reverse logic: only dangerous text may be changed. */
const textOf = (value: unknown) =>
  cellOf(value)
    .replace('\n', ' ')
    .replace(/^(?=[=+\-@＝])/, "'");

function rowOf(sim: ListedSim, month: string): Record<string, string> {
  const { dataUsage, cost } = sim;
  return {
    ...Object.fromEntries(fieldsAlike.map((field) => [field, textOf(sim[field])])),
    group: textOf(sim.group?.name),
    usedBytes: cellOf(dataUsage.usedBytes),
    limitMegabytes: cellOf(dataUsage.limitMegabytes),
    usedPercent: cellOf(dataUsage.usedPercent),
    costMonth: month,
    costAmount: cellOf(cost?.cost.amount),
    costCurrency: cellOf(cost?.cost.currency),
    dataPlan: cellOf(cost?.dataPlan),
  };
}

describe('the file', () => {
  const week = new Date(midMonthNow() - 7 * 86_400_000).toISOString();

  test.each<[string, Params]>([
    ['all SIMs, by ICCID', {}],
    ['with null for filter and order', { filter: null, orderBy: null }],
    ['with an empty filter and order', { filter: {}, orderBy: {} }],
    ['by name, descending', { orderBy: { field: 'NAME', direction: 'DESC' } }],
    ['by group, those without one last', { orderBy: { field: 'GROUP' } }],
    ['by use', { orderBy: { field: 'USED_PERCENT', direction: 'DESC' } }],
    ['by last session', { orderBy: { field: 'LAST_DATA_SESSION' } }],
    ['in a state', { filter: { states: ['LIVE'] }, orderBy: { field: 'USED_BYTES', direction: 'DESC' } }],
    ['in one state, not as a list', { filter: { states: 'OFFLINE' } }],
    ['in some groups', { filter: { groups: ['North, "1"', 'South'] }, orderBy: { field: 'NAME' } }],
    ['with a part of a text', { filter: { search: 'SAY "' } }],
    ['with signs of a URL in it', { filter: { search: '+372 5' } }],
    ['with a session before then', { filter: { lastDataSessionBefore: week } }],
    ['that are suspended', { filter: { offlineReasons: ['SUSPENDED'] }, orderBy: { field: 'MSISDN' } }],
    ['by cost', { filter: { not: { isEsim: true } }, orderBy: { field: 'COST', direction: 'DESC' } }],
    ['of any of two filters', { filter: { or: [{ groups: ['South'] }, { search: 'SAY "' }] } }],
    [
      'with several conditions',
      {
        filter: { states: ['LIVE', 'OFFLINE'], isEsim: true, inNoGroup: false },
        orderBy: { field: 'STATE' },
      },
    ],
  ])('contains the SIMs that the query sims returns: %s', async (_, params) => {
    const [file, { nodes }] = [await exported(params), await listed(params)];
    const month = new Date(midMonthNow()).toISOString().slice(0, 7);
    expect(nodes).not.toEqual([]);
    expect(file.header.join()).toBe(header);
    expect(file.rows).toEqual(nodes.map((sim) => rowOf(sim, month)));
  });

  test('without a matching SIM has only a header', async () => {
    const response = await indexed.gateway.fetch(pathOf({ filter: { search: 'nobody is called that' } }));
    expect([response.status, await response.text()]).toEqual([200, `${header}\r\n`]);
  });

  test('keeps spreadsheets from evaluating formulas, and has one line per SIM', async () => {
    const { rows } = await exported({ filter: { groups: ['North, "1"', 'South'] } });
    expect(new Set(rows.map(({ name }) => name))).toEqual(
      new Set([
        '\'=HYPERLINK("http://x","y")',
        "'+372 5555",
        "'-5",
        "'@all",
        "'＝1",
        'a,b',
        'say "hi"',
        'two lines',
        'Õhtu 🚚',
        "O'Neill; east",
      ]),
    );
  });

  test('has headers for its type, its name, and asOf of the index', async () => {
    const response = await indexed.gateway.fetch('/export/sims.csv', { headers: { 'x-request-id': 'mine' } });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="sims.csv"',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'mine',
      'x-fleet-complete': 'true',
      'x-fleet-as-of': (await listed({})).asOf,
    });
    expect(bytes.subarray(0, 6).toString('latin1')).toBe('iccid,');
  });

  test('can be requested by HEAD without a body', async () => {
    const response = await indexed.gateway.fetch(pathOf({ filter: { states: ['LIVE'] } }), {
      method: 'HEAD',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('x-fleet-complete')).toBe('true');
    expect(await response.text()).toBe('');
  });

  test('accepts an unescaped question mark in its filter', async () => {
    const response = await indexed.gateway.fetch('/export/sims.csv?filter={"search":"a?b"}');
    expect([response.status, await response.text()]).toEqual([200, `${header}\r\n`]);
  });
});

describe('a refused request', () => {
  async function refusal(path: string, init?: RequestInit) {
    const response = await indexed.gateway.fetch(path, init);
    const text = await response.text();
    const { errors = [] } = text === '' ? {} : (JSON.parse(text) as { errors: AnsweredError[] });
    return { status: response.status, headers: response.headers, errors };
  }

  const encoded = (name: string, value: string) => `${name}=${encodeURIComponent(value)}`;

  test.each([
    ['an unknown parameter', 'first=10', /^"first" is no parameter: filter and orderBy are/],
    ['a parameter with the name of an Object property', '__proto__=1', /^"__proto__" is no parameter/],
    ['a parameter twice', 'filter=null&filter=null', /^filter must be given once/],
    ['invalid JSON', 'filter=LIVE', /^filter must be JSON/],
    ['nothing', 'filter=', /^filter must be JSON/],
    ['a parameter without a value', 'orderBy', /^orderBy must be JSON/],
    ['invalid UTF-8', 'filter=%22%FF%22', /^filter must be percent-encoded UTF-8/],
    ['another type', encoded('filter', '"LIVE"'), /^filter: .*"SimFilter" to be an object/],
    ['a list', encoded('orderBy', '[]'), /^orderBy: /],
    ['an unknown state', encoded('filter', '{"states":["LIVE","LIV"]}'), /^filter\.states\[1\]: .*"LIV"/],
    ['an unknown condition', encoded('filter', '{"state":["LIVE"]}'), /^filter: .*"state"/],
    ['an invalid number', encoded('filter', '{"usedPercentAtLeast":"80"}'), /^filter\.usedPercentAtLeast: /],
    [
      'an invalid instant',
      encoded('filter', '{"lastDataSessionAfter":"then"}'),
      /^filter\.lastDataSessionAfter: /,
    ],
    [
      'a search text that is too long',
      encoded('filter', JSON.stringify({ search: 'x'.repeat(201) })),
      /^filter\.search must have/,
    ],
    [
      'a filter that nests too many filters',
      encoded('filter', `${'{"not":'.repeat(600)}{}${'}'.repeat(600)}`),
      /^filter nests its values too deeply/,
    ],
    [
      'a filter that nests one filter too many',
      encoded('filter', '{"or":[{"not":{"or":[{"not":{"or":[{"not":{}}]}}]}}]}'),
      /^filter\.or\[0\]\.not\.or\[0\]\.not\.or\[0\]\.not must not be nested more than 5/,
    ],
    [
      'an unpaired surrogate',
      encoded('filter', '{"groups":["\\ud800"]}'),
      /^filter\.groups\[0\] must be well-formed/,
    ],
    ['an unknown order', encoded('orderBy', '{"field":"COLOR"}'), /^orderBy\.field: .*"COLOR"/],
    ['an order of null', encoded('orderBy', '{"direction":null}'), /^orderBy\.direction: /],
  ])('%s', async (_, query, message) => {
    for (const method of ['GET', 'HEAD']) {
      const { status, headers, errors } = await refusal(`/export/sims.csv?${query}`, { method });
      expect(status).toBe(400);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(headers.get('content-disposition')).toBe(null);
      if (method === 'HEAD') continue;
      expect(errors).toEqual([
        {
          message: expect.stringMatching(message),
          extensions: { code: 'BAD_USER_INPUT', retryable: false, requestId: headers.get('x-request-id') },
        },
      ]);
    }
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s', async (method) => {
    const { status, headers, errors } = await refusal('/export/sims.csv', {
      method,
      ...(method !== 'OPTIONS' && { body: '{}' }),
    });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
  });

  test('a path next to it', async () => {
    expect((await refusal('/export/sims.csv/')).status).toBe(404);
    expect((await refusal('/export/')).status).toBe(404);
  });
});
