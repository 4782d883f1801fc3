import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ClientApp, createClientApp } from '../support/client-app.ts';
import { indexFleet, whenWhole } from '../support/fleet-index.ts';
import { fleetFixture, syncsOnce } from '../support/fleet-sync.ts';
import { asPage } from '../support/page.ts';
import { waitFor } from '../support/wait-for.ts';

const indexed = indexFleet({ sims: 260 });

let app: ClientApp;
beforeAll(async () => {
  app = await createClientApp(indexed.gateway.url);
});
afterAll(() => app?.remove());

/** ICCIDs of the SIMs in a state, in the order of the gateway. */
const iccidsIn = async (state: string) =>
  (await indexed.world.sims({ state, limit: 1000 })).map(({ iccid }) => iccid).sort();

interface Row {
  iccid: string;
  name: string | null;
}
interface Page {
  sims: Row[];
  isComplete: boolean;
  next: string | null;
}
const iccidsOf = (sims: readonly Row[]) => sims.map(({ iccid }) => iccid);

/** A filter that the gateway refuses with BAD_USER_INPUT. */
const badFilter = { search: 'x'.repeat(201) };

test('every block of docs/clients.md is compiled with strict settings, and each has a test', async () => {
  expect(await app.compile()).toBe('');
  expect(app.files).toEqual([
    'codegen.ts',
    'src/sims.graphql',
    'src/gateway-url.ts',
    'src/ask.ts',
    'src/table.ts',
    'src/apollo.ts',
    // In test/browser/clients.test.ts.
    ...['src/SimTable.tsx', 'src/main.tsx'],
    'src/urql.ts',
    // In test/e2e/clients-changes.test.ts.
    ...['src/suspend-selected.ts', 'src/wait-until-settled.ts', 'src/payment.ts'],
    ...['vite.config.ts', 'vite.config.remote.ts'],
  ]);
});

interface Table {
  simPage(filter?: object, after?: string | null): Promise<Page & { totalCount: number }>;
  allSims(filter?: object): Promise<Row[]>;
}
interface Urql {
  urqlPage(filter?: object, after?: string | null): Promise<Page & { codes: string[] }>;
}

describe('the table with fetch', () => {
  test('has all SIMs, page by page', async () => {
    const { simPage, allSims } = await app.load<Table>('src/table');
    const [first, live] = [await simPage(), await iccidsIn('LIVE')];
    expect([first.sims.length, first.totalCount, first.isComplete]).toEqual([100, 260, true]);
    expect((await simPage({}, first.next)).sims).toHaveLength(100);
    const all = await allSims();
    expect(iccidsOf(all)).toEqual(iccidsOf(await indexed.world.sims({ limit: 1000 })).sort());
    expect(iccidsOf(await allSims({ states: ['LIVE'] }))).toEqual(live);
  });

  test('fails with the code if there is no page', async () => {
    const { simPage } = await app.load<Table>('src/table');
    await expect(simPage(badFilter)).rejects.toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', retryable: false, requestId: expect.any(String) } }],
    });
  });
});

describe('Apollo Client', () => {
  interface Apollo {
    apollo: {
      query(options: object): Promise<{ data?: unknown; error?: unknown }>;
      watchQuery(options: object): Watched;
      cache: { extract(): Record<string, unknown> };
    };
    codesOf(error: unknown): string[];
    SimTableDocument: unknown;
  }
  interface Connection {
    edges: { node: Row }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  }
  interface Watched {
    subscribe(next: () => void): { unsubscribe(): void };
    fetchMore(options: object): Promise<{ data: { sims: Connection } }>;
    getCurrentResult(): { data?: { sims: Connection } };
  }

  test('joins the pages in its cache, with one entry for each SIM by its ICCID', async () => {
    const { apollo, SimTableDocument } = await app.load<Apollo>('src/apollo', 'src/generated');
    const variables = { filter: { states: ['LIVE'] }, first: 30 };
    const watched = apollo.watchQuery({ query: SimTableDocument, variables });
    const subscription = watched.subscribe(() => undefined);
    const live = await iccidsIn('LIVE');
    expect(live.length).toBeGreaterThan(60);
    const shown = () => watched.getCurrentResult().data?.sims;
    await waitFor(() => shown() !== undefined);
    let pageInfo = shown()?.pageInfo;
    while (pageInfo?.hasNextPage) {
      const { data } = await watched.fetchMore({ variables: { after: pageInfo.endCursor } });
      pageInfo = data.sims.pageInfo;
    }
    await waitFor(() => shown()?.edges.length === live.length);
    expect(shown()?.edges.map(({ node }) => node.iccid)).toEqual(live);
    subscription.unsubscribe();
    expect(Object.keys(apollo.cache.extract())).toEqual(
      expect.arrayContaining(live.map((iccid) => `Sim:{"iccid":"${iccid}"}`)),
    );
  });

  test('gives the codes of an error', async () => {
    const { apollo, codesOf, SimTableDocument } = await app.load<Apollo>('src/apollo', 'src/generated');
    const codesFor = async (variables: object, errorPolicy: string) => {
      const result = apollo.query({ query: SimTableDocument, variables, errorPolicy });
      return codesOf(await result.then(({ error }) => error).catch((error: unknown) => error));
    };
    // Refused in a field, with the status 200, and as a whole, with the status 400.
    expect(await codesFor({ filter: badFilter }, 'all')).toEqual(['BAD_USER_INPUT']);
    expect(await codesFor({ filter: badFilter }, 'none')).toEqual(['BAD_USER_INPUT']);
    expect(await codesFor({ first: 'ten' }, 'all')).toEqual(['BAD_USER_INPUT']);
    expect(codesOf(new Error('no answer'))).toEqual([]);
  });
});

describe('urql', () => {
  test('reads all pages', async () => {
    const { urqlPage } = await app.load<Urql>('src/urql');
    const rows: Row[] = [];
    let after: string | null = null;
    do {
      const page = await urqlPage({}, after);
      expect([page.codes, page.isComplete]).toEqual([[], true]);
      rows.push(...page.sims);
      after = page.next;
    } while (after !== null);
    expect(iccidsOf(rows)).toEqual(iccidsOf(await indexed.world.sims({ limit: 1000 })).sort());
  });

  test('gives the codes of an error', async () => {
    const { urqlPage } = await app.load<Urql>('src/urql');
    expect(await urqlPage(badFilter)).toEqual({
      sims: [],
      next: null,
      isComplete: false,
      codes: ['BAD_USER_INPUT'],
    });
    expect(await urqlPage({ states: ['NO_STATE'] })).toEqual({
      sims: [],
      next: null,
      isComplete: false,
      codes: ['BAD_USER_INPUT'],
    });
  });
});

describe('during the first full sync', () => {
  const fixture = fleetFixture();

  test('pages are marked as incomplete, and no part of the fleet is taken for all SIMs', async () => {
    const world = await fixture.quietWorld({ sims: 100, behaviour: { pageSize: 10 } });
    const relay = await fixture.relay(world);
    const middle = relay.hold('/get_account_sims?offset=20');
    const gateway = await fixture.start(world, await fixture.store(), { ...syncsOnce, ...relay.env });
    await middle.arrived;
    const ownApp = await createClientApp(gateway.url);
    fixture.leave(ownApp.remove);
    const { simPage, allSims, urqlPage } = await ownApp.load<Table & Urql>('src/table', 'src/urql');
    await waitFor(async () => (await simPage()).sims.length > 0);
    const pages = [await simPage(), await urqlPage()];
    for (const { isComplete, sims } of pages) {
      expect(isComplete).toBe(false);
      expect(sims.length).toBeLessThan(100);
    }
    await expect(allSims()).rejects.toThrow('not read all SIMs yet');
    middle.release();
    await whenWhole(gateway);
    expect(await allSims()).toHaveLength(100);
  });
});

describe('a proxy that changes headers as that of Vite does', () => {
  interface ProxyOptions {
    target: string;
    changeOrigin?: boolean;
    headers?: Record<string, string>;
  }
  const page = 'http://localhost:5173';
  const closing: (() => void)[] = [];
  afterAll(() => {
    for (const close of closing) close();
  });

  async function serverOf(path: string): Promise<{ cors?: boolean; proxy: Record<string, ProxyOptions> }> {
    return (await app.loadDefault<{ server: { proxy: Record<string, ProxyOptions> } }>(path)).server;
  }

  async function proxyOf(path: string): Promise<Record<string, ProxyOptions>> {
    return (await serverOf(path)).proxy;
  }

  /** Starts a proxy that changes the headers of a request as Vite does; it has no CORS, like Vite with `cors: false`. */
  async function startProxy({ target, changeOrigin = false, headers = {} }: ProxyOptions): Promise<string> {
    const proxy = createServer((incoming, outgoing) => {
      const sent: IncomingHttpHeaders = { ...incoming.headers, ...headers };
      if (changeOrigin) sent.host = new URL(target).host;
      const { url = '/', method } = incoming;
      const forwarded = request(new URL(url, target), { method, headers: sent }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(forwarded);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    closing.push(() => proxy.close());
    return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  }

  const askThrough = (proxy: string) =>
    asPage(
      proxy,
      '/graphql',
      { host: new URL(page).host, origin: page, 'content-type': 'application/json' },
      '{"query":"{ __typename }"}',
    );

  test('passes the page and the export on as the documented configuration says', async () => {
    const proxy = await proxyOf('vite.config');
    expect(Object.keys(proxy)).toEqual(['/graphql', '/export']);
    for (const [path, options] of Object.entries(proxy)) {
      expect(options.target).toBe(indexed.gateway.url);
      const url = await startProxy(options);
      expect((await askThrough(url)).status).toBe(200);
      if (path === '/export')
        expect((await asPage(url, '/export/sims.csv', { origin: page, host: 'localhost:5173' })).status).toBe(
          200,
        );
    }
  });

  test('is refused with changeOrigin alone, and served if the origin is replaced, too', async () => {
    const refused = await askThrough(await startProxy({ target: indexed.gateway.url, changeOrigin: true }));
    expect([refused.status, refused.body]).toEqual([403, expect.stringContaining('CORS_ORIGINS')]);
    const remote = Object.values(await proxyOf('vite.config.remote'));
    expect(remote).toHaveLength(2);
    for (const options of remote) {
      expect(options).toEqual({
        target: 'https://gateway.example.com',
        changeOrigin: true,
        headers: { origin: 'https://gateway.example.com' },
      });
      const { url } = indexed.gateway;
      const proxy = await startProxy({ ...options, target: url, headers: { origin: url } });
      expect((await askThrough(proxy)).status).toBe(200);
    }
  });

  test('that replaces the origin lets no other page send a query', async () => {
    expect((await serverOf('vite.config.remote')).cors).toBe(false);
    const { url } = indexed.gateway;
    const proxy = await startProxy({ target: url, changeOrigin: true, headers: { origin: url } });
    const origin = 'http://localhost:3000';
    const preflight = { origin, 'access-control-request-method': 'POST' };
    const preflighted = await asPage(proxy, '/graphql', preflight, undefined, 'OPTIONS');
    expect([preflighted.status, preflighted.headers['access-control-allow-origin']]).toEqual([
      403,
      undefined,
    ]);
    const sent = await asPage(
      proxy,
      '/graphql',
      { origin, 'content-type': 'text/plain' },
      '{"query":"{ a }"}',
    );
    expect([sent.status, sent.headers['access-control-allow-origin']]).toEqual([400, undefined]);
  });
});
