import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type OpenBrowser, type OpenPage, openBrowser } from '../support/browser.ts';
import { codesIn, examples } from '../support/examples.ts';
import { whenComplete } from '../support/fleet-sync.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { wholeMonths } from '../support/months.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { type GraphiqlPage, openGraphiql, untilStored, waitUntilReady } from './graphiql.page.ts';

/** The tabs of a first visit. */
const firstTabs = [
  'FirstHundredSims',
  'FilteredSims',
  'Fleet',
  'OneSim',
  'SimsByRef',
  'Alerts',
  'Account',
  'BulkOperations',
  'SuspendSims',
  'SendSms',
  'StartBulkOperation',
  'SimLockedByAdmin',
];

/** A response as the page shows it. */
interface ShownAnswer {
  data?: unknown;
  errors?: { extensions: { code: string } }[];
}

let world: World;
let gateway: RunningGateway;
let browser: OpenBrowser;
let opened: OpenPage;
let graphiql: GraphiqlPage;

beforeAll(async () => {
  // Changes settle at once, so that no example finds a SIM in the transition of the previous one.
  world = await createWorld({ clock: wholeMonths(), behaviour: { settleMs: { min: 0, max: 0 } } });
  gateway = await startGateway({ world, env: { FLEET_SYNC_INTERVAL_MS: '60000' } });
  browser = await openBrowser();
  // Some examples read the fleet index.
  await whenComplete(gateway);
});

afterAll(async () => {
  await browser?.stop();
  await gateway?.stop();
  await world?.remove();
});

async function visit() {
  opened = await browser.openPage();
  graphiql = await openGraphiql(opened.page, gateway.url);
}

async function leave() {
  await opened.page.context().close();
  const { origin } = new URL(gateway.url);
  expect(opened.requests.filter((url) => new URL(url).origin !== origin)).toEqual([]);
}

async function describeType(name: string): Promise<string> {
  const { data } = await gateway.ask<{ __type: { description: string } }>(
    `{ __type(name: "${name}") { description } }`,
  );
  return data.__type.description;
}

describe('GraphiQL in a browser, on a first visit,', () => {
  beforeEach(visit);
  afterEach(leave);

  test('opens selected examples as tabs, lists all examples in a panel, and finds them by any word in their text', async () => {
    const { page, complaints, requests } = opened;
    expect(await page.title()).toBe('SIM Gateway');
    expect(await graphiql.tabTitles()).toEqual(firstTabs);
    expect(await graphiql.selectedTab()).toBe(firstTabs[0]);
    const { Queries = [], Mutations = [], Errors = [] } = await graphiql.listedExamples();
    expect([...Queries, ...Mutations, ...Errors]).toEqual(examples.map(({ name }) => name));
    expect(Queries).toContain('SessionsOfASim');
    expect(Mutations).toContain('CloseSim');
    expect(Errors).toHaveLength(13);
    expect(requests.length).toBeGreaterThan(5);

    await graphiql.search('set_group e2', 0);
    await page.getByText('No example contains this text.').waitFor();
    await graphiql.search('E220', 1);
    expect(await graphiql.listedExamples()).toEqual({ Errors: ['GroupNameForbidden'] });
    await graphiql.openExample('GroupNameForbidden');
    await graphiql.selectTab('OneSim');
    await graphiql.openExample('GroupNameForbidden');
    expect(await graphiql.tabTitles()).toEqual([...firstTabs, 'GroupNameForbidden']);
    expect(complaints).toEqual([]);
  });

  test('leaves a changed example unchanged, and opens the original in a new tab', async () => {
    await graphiql.write('query Changed { __typename }', 'Changed');
    await graphiql.openExample('FirstHundredSims');
    expect(await graphiql.tabTitles()).toEqual(['Changed', ...firstTabs.slice(1), 'FirstHundredSims']);
    expect(`${await graphiql.operation()}\n`).toBe(examples[0]?.text);
  });

  test("restores the user's tabs and the closed panel after a reload", async () => {
    const { page, complaints } = opened;
    await page.getByRole('button', { name: 'New tab' }).click();
    await graphiql.write('query Mine { __typename }', 'Mine');
    await page.getByRole('button', { name: 'Hide Examples' }).click();
    await page.evaluate(untilStored('Mine {'));
    await page.reload();
    await waitUntilReady(page);
    expect(await graphiql.tabTitles()).toEqual([...firstTabs, 'Mine']);
    expect(await graphiql.selectedTab()).toBe('Mine');
    expect(await graphiql.run()).toMatchObject({ data: { __typename: 'Query' } });
    expect(await page.locator('.examples').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });
});

// These tests share one page, since it takes seconds to load.
describe('GraphiQL in a browser', () => {
  beforeAll(visit);
  beforeEach(() => {
    opened.complaints.length = 0;
  });
  afterEach(() => opened.page.unrouteAll());
  afterAll(leave);

  test('runs the examples of its first tabs: each succeeds, or shows the error that it demonstrates', async () => {
    const outcomes: Record<string, unknown> = {};
    for (const name of firstTabs) {
      await graphiql.selectTab(name);
      const answer = (await graphiql.run()) as ShownAnswer;
      outcomes[name] = { data: answer.data, codes: codesIn(answer) };
    }
    const shown = examples.filter(({ name }) => firstTabs.includes(name));
    expect(outcomes).toEqual(
      Object.fromEntries(shown.map(({ name, codes }) => [name, { data: expect.any(Object), codes }])),
    );
    expect(opened.complaints).toEqual([]);
  });

  test('shows the description of a type in the documentation', async () => {
    const { page, complaints } = opened;
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.locator('.graphiql-plugin').getByText('Sim', { exact: true }).click();
    await page.locator('.graphiql-doc-explorer-title').getByText('Sim', { exact: true }).waitFor();
    await page
      .locator('.graphiql-doc-explorer-content')
      .getByText(await describeType('Sim'))
      .waitFor();
    expect(complaints).toEqual([]);
  });

  test('shows a response with all extensions of an error', async () => {
    const { page, complaints } = opened;
    await graphiql.write('query Unknown { sim(by: { iccid: "8937204999009999999" }) { iccid } }', 'Unknown');
    expect(await graphiql.run()).toMatchObject({
      data: { sim: null },
      errors: [
        {
          path: ['sim'],
          extensions: {
            code: 'SIM_NOT_FOUND',
            retryable: false,
            iccids: ['8937204999009999999'],
            requestId: expect.any(String),
          },
        },
      ],
    });
    await page.locator('.result-window').getByText('"SIM_NOT_FOUND"').waitFor();
    expect(complaints).toEqual([]);
  });

  test('shows a response that is not JSON with its status and text', async () => {
    const { page } = opened;
    const body = '<html>\n<h1>502 Bad Gateway</h1>\n</html>';
    await page.route('**/graphql', (route) =>
      route.fulfill({ status: 502, contentType: 'text/html; charset=utf-8', body }),
    );
    expect(await graphiql.run()).toEqual({
      errors: [
        {
          message: 'The answer is not GraphQL: HTTP 502 Bad Gateway',
          extensions: { status: 502, contentType: 'text/html; charset=utf-8', body: body.split('\n') },
        },
      ],
    });
  });

  test('shows an error if the gateway does not answer', async () => {
    await opened.page.route('**/graphql', (route) => route.abort('connectionrefused'));
    expect(await graphiql.run()).toEqual({
      errors: [expect.objectContaining({ message: 'No answer came. Is the gateway running?' })],
    });
  });

  test('aborts the request when the user stops an operation', async () => {
    const { page } = opened;
    const sent = new Promise<void>((resolve) => {
      void page.route('**/graphql', () => resolve());
    });
    await page.getByRole('button', { name: 'Execute query' }).click();
    await sent;
    const ended = page.waitForEvent('requestfailed');
    await page.getByRole('button', { name: 'Stop query' }).click();
    expect((await ended).failure()?.errorText).toBe('net::ERR_ABORTED');
    await page.getByRole('button', { name: 'Execute query' }).waitFor();
  });

  test('suggests fields with their descriptions, and records operations in the history', async () => {
    const { page, complaints } = opened;
    await graphiql.write('query Typed { sims { ', 'Typed');
    await page.keyboard.type('totalC');
    await page.locator('.suggest-details').getByText('Number of items on all pages.').waitFor();
    await page.locator('.suggest-widget').getByText('totalCount').first().click();
    await page.keyboard.insertText(' } }');
    await graphiql.whenStored('totalCount } }');
    expect(await graphiql.run()).toMatchObject({ data: { sims: { totalCount: expect.any(Number) } } });
    await page.getByRole('button', { name: 'Show History' }).click();
    await page.locator('.graphiql-history-items').getByText('Typed').first().waitFor();
    expect(complaints).toEqual([]);
  });
});
