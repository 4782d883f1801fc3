import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Page, Request, Route } from 'playwright-core';
import { type OpenBrowser, type OpenPage, openBrowser } from '../support/browser.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type ProtectedGateway, startProtectedGateway } from '../support/protected-gateway.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';
import { type GraphiqlPage, openGraphiql, waitUntilReady } from './graphiql.page.ts';

const key = 'simgw_test_4f1dQ7bX0c9s2Lk8';

let world: World;
let gateway: RunningGateway;
let front: ProtectedGateway;
let browser: OpenBrowser;
let opened: OpenPage;
let graphiql: GraphiqlPage;

beforeAll(async () => {
  world = await createWorld({ sims: 20 });
  gateway = await startGateway({ world, env: { SIM_API_IS_SANDBOX: 'true' } });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.stop();
  await gateway?.stop();
  await world?.remove();
});

const dialog = () => opened.page.getByRole('dialog');
const bar = () => opened.page.locator('.account');
const field = () => dialog().getByLabel('API key or token');

async function signIn(credential: string) {
  await field().fill(credential);
  await field().press('Enter');
}

async function signedIn(credential = key) {
  await signIn(credential);
  await dialog().waitFor({ state: 'detached' });
}

/** Executes an operation that the gateway refuses for want of credentials. */
async function runRefused() {
  await opened.page.getByRole('button', { name: 'Execute query' }).click();
  await dialog().waitFor();
}

const setHeaders = (page: Page, text: string) =>
  page.evaluate(
    `__MONACO.editor.getModels().find(({ uri }) => uri.path.endsWith('request-headers.json'))
      .setValue(${JSON.stringify(text)})`,
  );

/** Returns the id of the operation. */
async function startBulkOperation(): Promise<string> {
  const { data } = await gateway.ask<{ startBulkOperation: { bulkOperation: { id: string } } }>(
    'mutation { startBulkOperation(input: { action: RESET, target: { group: "Pilot" } }) { bulkOperation { id } } }',
  );
  return data.startBulkOperation.bulkOperation.id;
}

/** Everything of the page that could contain a secret. */
async function traces(): Promise<string> {
  const inPage = await opened.page.evaluate<string>(`JSON.stringify([
    Object.entries(localStorage), Object.entries(sessionStorage), location.href, document.cookie, history.state ?? null,
    document.documentElement.outerHTML,
    [...document.querySelectorAll('input, textarea')].map(({ value }) => value),
    __MONACO.editor.getModels().map((model) => model.getValue()),
  ])`);
  return JSON.stringify([inPage, opened.requests, opened.complaints]);
}

describe('GraphiQL of a gateway that needs credentials', () => {
  beforeEach(async () => {
    front = await startProtectedGateway(gateway);
    front.accept(key, {
      actor: 'key:meters',
      scopes: ['READ', 'COST'],
      groups: ['Meters', 'Pilot'],
      environment: 'LIVE',
    });
    opened = await browser.openPage();
    graphiql = await openGraphiql(opened.page, front.url);
  });

  afterEach(async () => {
    await opened.page.context().close();
    await front.stop();
  });

  test('asks for a key at the start, refuses a wrong one, and loads the schema with the right one', async () => {
    expect(await dialog().textContent()).toContain('The gateway needs an API key (simgw_…)');
    expect(await field().getAttribute('type')).toBe('password');
    expect(await field().getAttribute('autocomplete')).toBe('off');
    expect(await dialog().locator('input:focus').count()).toBe(1);
    await signIn('');
    await dialog().getByRole('alert').getByText('Enter an API key or a token.').waitFor();
    await signIn('two words');
    await dialog().getByRole('alert').getByText('A key or token has no spaces').waitFor();
    await signIn('simgw_wrong');
    await dialog()
      .getByRole('alert')
      .getByText('The gateway refused this key or token. It is wrong, expired or revoked.')
      .waitFor();
    await signedIn(`Bearer ${key}`);
    await waitUntilReady(opened.page);
    await opened.page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await opened.page.locator('.graphiql-doc-explorer').getByText('Mutation').first().waitFor();
    expect(await graphiql.run()).toMatchObject({ data: { sims: { nodes: expect.any(Array) } } });
    expect(front.received.at(-1)).toBe(key);
    // Only refusals: no violation of the content security policy, for example.
    expect(opened.complaints.filter((complaint) => !complaint.startsWith('HTTP 401: POST'))).toEqual([]);
  });

  test('shows the environment, the actor and its scopes, and the details on a click', async () => {
    await signedIn();
    expect(await bar().textContent()).toBe('LIVE ACCOUNTkey:meters2 scopes');
    await bar().getByRole('button', { name: 'key:meters' }).click();
    const details = await bar().getByRole('region', { name: 'Caller' }).textContent();
    for (const fact of ['Real SIM cards', 'API key', 'READ', 'COST', 'Meters, Pilot', 'never'])
      expect(details).toContain(fact);
    await opened.page.keyboard.press('Escape');
    expect(await bar().getByRole('region').count()).toBe(0);
  });

  test('keeps the key in memory only: a reload asks for it again', async () => {
    await signedIn();
    await graphiql.write('query Kept { viewer { actor } }', 'Kept');
    await graphiql.whenStored('query Kept');
    expect(await graphiql.run()).toMatchObject({ data: { viewer: { actor: 'key:meters' } } });
    expect(await traces()).toContain('query Kept');
    expect(await traces()).not.toContain(key);
    await opened.page.reload();
    await waitUntilReady(opened.page);
    await field().waitFor();
    expect(await graphiql.operation()).toContain('query Kept');
  });

  test('asks again when the key is revoked, and keeps the query', async () => {
    await signedIn();
    await graphiql.write('query Mine { viewer { actor } }', 'Mine');
    front.revoke(key);
    await runRefused();
    await dialog().getByText('Your key or token is no longer valid').waitFor();
    await signIn(key);
    await dialog().getByRole('alert').getByText('The gateway refused').waitFor();
    front.accept('second', { actor: 'key:second', scopes: ['READ'] });
    await signedIn('second');
    expect(await opened.page.locator('.result-window').textContent()).not.toContain('UNAUTHENTICATED');
    expect(await graphiql.operation()).toContain('query Mine');
    expect(await bar().textContent()).toBe('SANDBOXkey:second1 scope');
    expect(await graphiql.run()).toMatchObject({ data: { viewer: { actor: 'key:second' } } });
  });

  test('leaves an example unchanged if the key changes, or the headers editor has another one, while it reads the newest ids', async () => {
    const { page } = opened;
    await startBulkOperation();
    await signedIn();
    const isRead = (request: Request) => request.postData()?.includes('NewestIds') ?? false;
    const asked: Route[] = [];
    await page.route('**/graphql', (route) =>
      isRead(route.request()) ? void asked.push(route) : route.continue(),
    );
    await graphiql.openExample('BulkOperation');
    const text = await graphiql.operation();
    await waitFor(() => asked.length === 1);
    await bar().getByRole('button', { name: 'key:meters' }).click();
    await bar().getByRole('button', { name: 'Sign out' }).click();
    const read = page.waitForResponse((response) => isRead(response.request()));
    await asked[0]?.continue();
    await (await read).finished();
    expect(await graphiql.operation()).toBe(text);

    await signedIn();
    await setHeaders(page, '{"Authorization": "Bearer other"}');
    await graphiql.openExample('BulkOperation');
    await setHeaders(page, '');
    await graphiql.openExample('BulkOperation');
    await waitFor(() => asked.length > 1);
    expect(asked).toHaveLength(2);
    await asked[1]?.continue();
    await waitFor(async () => (await graphiql.operation()) !== text);
  });

  test('signs out, and changes to another key only when the gateway has accepted it', async () => {
    await signedIn();
    await bar().getByRole('button', { name: 'key:meters' }).click();
    await bar().getByRole('button', { name: 'Use another key' }).click();
    await signIn('simgw_wrong');
    await dialog().getByRole('alert').getByText('The gateway refused').waitFor();
    await field().press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await graphiql.write('query Still { viewer { actor } }', 'Still');
    expect(await graphiql.run()).toMatchObject({ data: { viewer: { actor: 'key:meters' } } });

    await bar().getByRole('button', { name: 'key:meters' }).click();
    await bar().getByRole('button', { name: 'Sign out' }).click();
    await dialog().getByText('You are signed out.').waitFor();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await runRefused();
    expect(front.received.at(-1)).toBe(null);
    await field().press('Escape');
    await bar().getByRole('button', { name: 'Sign in' }).click();
    await signedIn();
  });

  test('prefers an authorization of the headers editor, and stores neither headers nor its key', async () => {
    const { page } = opened;
    const other = 'simgw_of_the_headers_editor';
    await signedIn();
    front.accept(other, { actor: 'key:other' });
    const stored = () => page.evaluate<string>('JSON.stringify(localStorage)');
    await graphiql.write(`query Pasted { __typename } # ${key}`, 'Pasted');
    await graphiql.whenStored('query Pasted');
    expect(await stored()).not.toContain(key);
    await page.getByRole('button', { name: 'Headers', exact: true }).click();
    await setHeaders(page, `{"Authorization": "Bearer ${other}"}`);
    await graphiql.write('query ByHeader { viewer { actor } }', 'ByHeader');
    await graphiql.whenStored('query ByHeader');
    expect(await graphiql.run()).toMatchObject({ data: { viewer: { actor: 'key:other' } } });
    front.revoke(other);
    expect(await graphiql.run()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await dialog().count()).toBe(0);
    expect(await bar().textContent()).toContain('key:meters');
    await waitFor(async () => (await stored()).includes('graphiql:queries'));
    expect(await stored()).toContain('query ByHeader');
    expect(await stored()).not.toContain(other);
    await page.getByRole('button', { name: 'Open settings dialog' }).click();
    expect(await dialog().getByText('Persist headers').count()).toBe(0);
  });
});

test('GraphiQL of a sandbox without authentication asks for no key, and runs mutations without a question', async () => {
  opened = await browser.openPage();
  graphiql = await openGraphiql(opened.page, gateway.url);
  await bar().getByText('anonymous').waitFor();
  expect(await bar().textContent()).toBe('SANDBOXanonymous');
  await bar().getByRole('button', { name: 'anonymous' }).click();
  expect(await bar().textContent()).toContain('The gateway does not authenticate callers.');
  expect(
    await bar()
      .getByRole('button', { name: /Sign out|Use another key/ })
      .count(),
  ).toBe(0);
  await graphiql.write(
    'mutation Read { markAlertsRead(input: { scope: { wholeAccount: true } }) { marked } }',
    'Read',
  );
  expect(await graphiql.run()).toMatchObject({ data: { markAlertsRead: { marked: expect.any(Number) } } });
  const id = await startBulkOperation();
  await graphiql.openExample('CancelBulkOperation');
  await waitFor(async () => (await graphiql.operation()).includes(id));
  expect(JSON.stringify(await graphiql.run())).toContain(`"id":"${id}"`);
  expect(await dialog().count()).toBe(0);
  expect(opened.complaints).toEqual([]);
  await opened.page.context().close();
});
