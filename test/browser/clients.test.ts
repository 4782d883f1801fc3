import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type OpenBrowser, openBrowser } from '../support/browser.ts';
import { type ClientApp, createClientApp } from '../support/client-app.ts';
import { indexFleet, whenWhole } from '../support/fleet-index.ts';
import { fleetFixture, syncsOnce } from '../support/fleet-sync.ts';

const html = '<!doctype html><meta charset="utf-8"><div id="root"></div><script src="/app.js"></script>';

let server: Server;
let script = '';
let app: ClientApp;
let browser: OpenBrowser;
let origin: string;
/** Settings of the gateway; CORS_ORIGINS is set once the port of the app is known. */
const env: Record<string, string> = {};

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    const isScript = url === '/app.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : html);
  });
  await once(server.listen(0, 'localhost'), 'listening');
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  env.CORS_ORIGINS = origin;
});
const indexed = indexFleet({ sims: 180, env });
const fixture = fleetFixture();
beforeAll(async () => {
  app = await createClientApp(indexed.gateway.url);
  script = await app.bundleForBrowser('src/main.tsx');
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.stop();
  await app?.remove();
  server?.close();
});

test('the app of docs/clients.md with Apollo Client shows all SIMs from another origin, page by page', async () => {
  const states = ['LIVE', 'OFFLINE'];
  const sims = (await Promise.all(states.map((state) => indexed.world.sims({ state, limit: 1000 })))).flat();
  expect(sims.length).toBeGreaterThan(100);
  const { page, complaints } = await browser.openPage();
  await page.goto(origin);
  const rows = page.locator('tbody tr');
  const caption = page.locator('caption');
  const more = page.getByRole('button', { name: 'More' });
  for (let shown = 50; shown < sims.length; shown += 50) {
    await caption.getByText(`${shown} of ${sims.length} SIMs`).waitFor();
    expect(await rows.count()).toBe(shown);
    await more.click();
  }
  await caption.getByText(`${sims.length} of ${sims.length} SIMs`).waitFor();
  await more.waitFor({ state: 'detached' });
  const shown = await rows.locator('td:first-child').allTextContents();
  expect(shown).toEqual(sims.map(({ iccid }) => iccid).sort());
  expect(complaints).toEqual([]);
});

test('its table shows an error of the next page, which the next click repeats', async () => {
  const { page } = await browser.openPage();
  const uncaught: Error[] = [];
  page.on('pageerror', (error) => uncaught.push(error));
  await page.goto(origin);
  const more = page.getByRole('button', { name: 'More' });
  const rows = page.locator('tbody tr');
  const alert = page.getByRole('alert');
  await rows.nth(49).waitFor();
  await page.context().setOffline(true);
  await more.click();
  await alert.getByText('Failed to fetch').waitFor();
  expect(await rows.count()).toBe(50);
  await page.context().setOffline(false);
  await more.click();
  await rows.nth(99).waitFor();
  expect(await alert.count()).toBe(0);
  expect(uncaught).toEqual([]);
});

test('its table says that SIMs are missing while the gateway reads the fleet for the first time', async () => {
  const world = await fixture.quietWorld({ sims: 100, behaviour: { pageSize: 10 } });
  const relay = await fixture.relay(world);
  const middle = relay.hold('/get_account_sims?offset=20');
  const settings = { ...syncsOnce, ...relay.env, ...env };
  const gateway = await fixture.start(world, await fixture.store(), settings);
  await middle.arrived;
  const ownApp = await createClientApp(gateway.url);
  fixture.leave(ownApp.remove);
  script = await ownApp.bundleForBrowser('src/main.tsx');
  const { page } = await browser.openPage();
  await page.goto(origin);
  const status = page.getByRole('status');
  await status.getByText('SIMs are missing').waitFor();
  middle.release();
  await whenWhole(gateway);
  await page.reload();
  await page.locator('tbody tr').first().waitFor();
  expect(await status.count()).toBe(0);
});
