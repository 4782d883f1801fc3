import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type OpenBrowser, type OpenPage, openBrowser } from '../support/browser.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';

let world: World;
let store: TestStore;
let app: Server;
let origin: string;
let browser: OpenBrowser;
let opened: OpenPage;

beforeAll(async () => {
  world = await createWorld({ sims: 30 });
  store = await createStore();
  app = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>App</title>');
  });
  await once(app.listen(0, 'localhost'), 'listening');
  origin = `http://localhost:${(app.address() as AddressInfo).port}`;
  browser = await openBrowser();
  opened = await browser.openPage();
  await opened.page.goto(origin);
});
beforeEach(() => world.clearEffects());
afterAll(async () => {
  await browser?.stop();
  app?.close();
  await store?.remove();
  await world?.remove();
});

/** What a page sends. */
interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a page learns of an answer. */
interface Seen {
  status: number;
  body: string;
  /** Headers by their names, lower case. */
  headers: Readonly<Record<string, string>>;
}

/** Sends a request by `fetch` of the page. Null: the browser does not let the page read the answer. */
const fetchInPage = (url: string, init: Sent = {}) =>
  opened.page.evaluate(
    ([url, init]) =>
      fetch(url, init).then(
        async (response): Promise<Seen> => ({
          status: response.status,
          body: await response.text(),
          headers: Object.fromEntries(response.headers),
        }),
        () => null,
      ),
    [url, init] as const,
  );

const suspend = (iccid: string, key: string): Sent => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', 'idempotency-key': key, authorization: 'Bearer of-the-app' },
  body: JSON.stringify({
    query: 'mutation ($iccid: ICCID!) { suspendSim(input: { sim: { iccid: $iccid } }) { outcome } }',
    variables: { iccid },
  }),
});

async function oneLiveSim(): Promise<string> {
  const [sim] = (await world.sims({ state: 'LIVE' })).filter(({ iccid }) => !iccid.startsWith('8937204999'));
  return sim?.iccid ?? '';
}

/** Runs `check` with a gateway that uses the index of the fleet. */
async function withGateway(
  env: Readonly<Record<string, string>>,
  check: (gateway: RunningGateway) => Promise<void>,
): Promise<void> {
  const gateway = await startGateway({ world, store, env: { FLEET_SYNC_INTERVAL_MS: '86400000', ...env } });
  await check(gateway).finally(() => gateway.stop());
}

describe('a page of another origin in a browser', () => {
  test('can neither read nor change anything while CORS_ORIGINS does not list it', async () => {
    const iccid = await oneLiveSim();
    for (const env of [{}, { CORS_ORIGINS: `http://localhost:1, ${origin.replace('http', 'https')}` }])
      await withGateway(env, async ({ url }) => {
        expect(await fetchInPage(`${url}/graphql`, suspend(iccid, 'refused'))).toBeNull();
        expect(await fetchInPage(`${url}/graphql?query={__typename}`)).toBeNull();
        expect(await fetchInPage(`${url}/export/sims.csv`)).toBeNull();
        expect(await world.effectCounts()).toEqual({});
      });
  });

  test('can do both if it is listed, with an idempotency key, and reads the headers of the answers', async () => {
    const iccid = await oneLiveSim();
    await withGateway({ CORS_ORIGINS: origin }, async ({ url }) => {
      for (const _ of ['first', 'repeated']) {
        const answer = await fetchInPage(`${url}/graphql`, suspend(iccid, 'payment-1'));
        expect(JSON.parse(answer?.body ?? '').data).toEqual({ suspendSim: { outcome: 'SUCCEEDED' } });
        expect(answer?.headers['x-request-id']).toMatch(/^[\w-]{36}$/);
      }
      expect(await world.effectCounts()).toEqual({ [iccid]: 1 });

      const refused = await fetchInPage(`${url}/graphql`, suspend(iccid, 'two words'));
      expect(refused?.status).toBe(400);
      expect(JSON.parse(refused?.body ?? '').errors[0].extensions.requestId).toBe(
        refused?.headers['x-request-id'],
      );

      const file = await fetchInPage(`${url}/export/sims.csv`);
      expect(file?.body).toMatch(/^iccid,/);
      expect(file?.headers).toMatchObject({
        'content-disposition': 'attachment; filename="sims.csv"',
        'x-fleet-as-of': expect.any(String),
      });
    });
  });
});
