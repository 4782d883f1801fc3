import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type OpenBrowser, type OpenPage, openBrowser } from '../support/browser.ts';
import { codesIn, examples } from '../support/examples.ts';
import { whenComplete } from '../support/fleet-sync.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { wholeMonths } from '../support/months.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';
import { type GraphiqlPage, openGraphiql, untilStored, waitUntilReady } from './graphiql.page.ts';

/** The tab of a first visit. */
const firstTab = 'FirstHundredSims';

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

  test('opens the first example, lists all examples in a panel, and finds them by any word in their text', async () => {
    const { page, complaints, requests } = opened;
    expect(await page.title()).toBe('SIM Gateway');
    expect(await graphiql.tabTitles()).toEqual([firstTab]);
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
    await graphiql.selectTab(firstTab);
    await graphiql.openExample('GroupNameForbidden');
    expect(await graphiql.tabTitles()).toEqual([firstTab, 'GroupNameForbidden']);
    expect(complaints).toEqual([]);
  });

  test('leaves a changed example unchanged, and opens the original in a new tab', async () => {
    await graphiql.write('query Changed { __typename }', 'Changed');
    await graphiql.openExample(firstTab);
    expect(await graphiql.tabTitles()).toEqual(['Changed', firstTab]);
    expect(`${await graphiql.operation()}\n`).toBe(examples[0]?.text);
  });

  test("restores the user's tabs, the closed panel and its width after a reload", async () => {
    const { page, complaints } = opened;
    await page.getByRole('button', { name: 'New tab' }).click();
    await graphiql.write('query Mine { __typename }', 'Mine');
    const width = await graphiql.panelWidth();
    await graphiql.dragPanel(-60);
    const narrowed = await graphiql.panelWidth();
    expect(narrowed).toBeLessThan(width - 40);
    await page.getByRole('button', { name: 'Hide', exact: true }).click();
    expect(await graphiql.panelWidth()).toBe(0);
    await page.evaluate(untilStored('Mine {'));
    await page.evaluate(untilStored('0.', 'docExplorerFlex'));
    await page.reload();
    await waitUntilReady(page);
    expect(await graphiql.tabTitles()).toEqual([firstTab, 'Mine']);
    expect(await graphiql.selectedTab()).toBe('Mine');
    expect(await graphiql.run()).toMatchObject({ data: { __typename: 'Query' } });
    expect(await page.locator('.examples').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Show Examples' }).click();
    expect(await graphiql.panelWidth()).toBeCloseTo(narrowed, 0);
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

  test('runs examples: each succeeds, or shows the error that it demonstrates', async () => {
    const outcomes: Record<string, unknown> = {};
    const names = [firstTab, 'Fleet', 'SimsByRef'];
    for (const name of names) {
      await graphiql.openExample(name);
      const answer = (await graphiql.run()) as ShownAnswer;
      outcomes[name] = { data: answer.data, codes: codesIn(answer) };
    }
    const shown = examples.filter(({ name }) => names.includes(name));
    expect(outcomes).toEqual(
      Object.fromEntries(shown.map(({ name, codes }) => [name, { data: expect.any(Object), codes }])),
    );
    expect(opened.complaints).toEqual([]);
  });

  test('shows the status, time, size and calls of an answer', async () => {
    await graphiql.openExample('OneSim');
    await graphiql.run();
    expect(await graphiql.answerLine('SIM API call')).toEqual([
      '200 OK',
      expect.stringMatching(/^\d+ ms$|^\d+\.\d s$/),
      expect.stringMatching(/^[\d.]+ k?B$/),
      expect.stringMatching(/^\d+ SIM API calls?/),
    ]);
  });

  test('sends a mutation to a live account only if the user confirms it', async () => {
    const { page, complaints } = opened;
    const dialog = page.getByRole('dialog');
    await graphiql.openExample('SuspendSims');
    await page.getByRole('button', { name: 'Execute query' }).click();
    await dialog.getByText('suspendSims', { exact: true }).waitFor();
    expect(await dialog.textContent()).toMatch(
      /live account.*SuspendSims changes real.*suspendSims2 SIMs: \d+/,
    );
    await page.locator('.answer-line').getByText('Waiting for your confirmation').waitFor();
    expect(await page.locator(':focus').textContent()).toBe('Cancel');
    await page.keyboard.press('Escape');
    await graphiql.answerLine('Not sent');
    await page.locator('.result-window').getByText('you canceled the mutation').waitFor();
    expect(await world.effects()).toEqual([]);
    expect(
      await page.evaluate<string>('JSON.stringify(localStorage["sim-gateway/graphiql:queries"])'),
    ).not.toContain('mutation SuspendSims');

    await page.getByRole('button', { name: 'Execute query' }).click();
    await dialog.getByRole('button', { name: 'Run it' }).click();
    await graphiql.answerLine('200 OK');
    expect(await world.effects()).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  test('asks no question about a mutation that the user stops before it, and opens no example during a run', async () => {
    const { page } = opened;
    await graphiql.openExample('SuspendSims');
    const sent = new Promise<void>((resolve) => {
      void page.route('**/graphql', () => resolve());
    });
    await page.getByRole('button', { name: 'Execute query' }).click();
    await sent;
    const example = page.getByTitle('An operation runs: stop it, or wait for its answer');
    expect(await example.getByText('Fleet', { exact: true }).isDisabled()).toBe(true);
    const ended = page.waitForEvent('requestfailed');
    await page.getByRole('button', { name: 'Stop query' }).click();
    await ended;
    await graphiql.answerLine('Not sent');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await graphiql.openExample('Fleet');
  });

  test('shows the editor when an example is chosen in a narrow window', async () => {
    const { page } = opened;
    const size = page.viewportSize() ?? { width: 1280, height: 800 };
    await page.setViewportSize({ width: 390, height: 800 });
    await graphiql.openExample('Fleet');
    await page.getByRole('button', { name: 'Execute query' }).click({ trial: true });
    await page.setViewportSize(size);
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
    await graphiql.answerLine('502 Bad Gateway');
  });

  test('shows an error if the gateway does not answer', async () => {
    await opened.page.route('**/graphql', (route) => route.abort('connectionrefused'));
    expect(await graphiql.run()).toEqual({
      errors: [expect.objectContaining({ message: 'No answer came. Is the gateway running?' })],
    });
    await graphiql.answerLine('failed after');
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
    await graphiql.answerLine('stopped after');
  });
});

describe('GraphiQL in a browser, while a user writes,', () => {
  beforeEach(visit);
  afterEach(leave);

  test('shows the description of each suggestion, also after a list that has none, until the user hides it', async () => {
    const { page, complaints } = opened;
    const list = page.locator('.suggest-widget.visible');
    const details = page.locator('.suggest-details');
    await graphiql.clear();
    await page.keyboard.type('quer');
    await list.getByText('query').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.type('y Typed { ');
    await details.getByText('The 1oT account that this gateway uses.').waitFor();
    await page.keyboard.type('sims(orderBy: { field: ');
    await details.getByText('By the cost of this month (UTC).').waitFor();
    await page.keyboard.type('NAME }, filter: { states: LI');
    await details.getByText('Active, data service on.').waitFor();

    await graphiql.write('"""\nThe fleet, for a person.\n"""\nquery Described { fleet { ', 'Described');
    await page.keyboard.type('overD');
    await details.getByText('data limit').waitFor();
    await page.keyboard.press('Control+Space');
    await details.waitFor({ state: 'hidden' });
    await page.keyboard.press('Escape');
    await page.keyboard.type('ataLimit tot');
    await list.getByText('total').waitFor();
    expect(await details.isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });

  test('adds one entry to the history for a run, at once after the last key, and none for the same text again', async () => {
    const { page } = opened;
    const names = Array.from({ length: 10 }, (_, index) => `Run${index + 1}`);
    for (const name of [...names, 'Run1', 'Run10', 'Run10']) {
      await graphiql.clear();
      await page.keyboard.insertText(`query ${name} { ${name}: __typename }`);
      await page.keyboard.press('ControlOrMeta+Enter');
      await page.locator('.result-window').getByText(`"${name}"`).waitFor();
    }
    await graphiql.selectTab('Run10');
    await graphiql.run();
    await page.reload();
    await waitUntilReady(page);
    await graphiql.run();
    await page.getByRole('button', { name: 'Show History' }).click();
    const entries = page.locator('.graphiql-history-item-label');
    expect(await entries.allTextContents()).toEqual(['Run10', 'Run1', ...names.slice(1, 9).reverse()]);
  });

  test('opens the operation of a link in a tab, without its headers, and does not run it', async () => {
    const { page } = opened;
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    const tabs = await graphiql.tabTitles();
    const query =
      'query None { __typename }\n\nquery Some($first: Int) { sims(first: $first) { nodes { iccid } } }';
    const link = new URLSearchParams({ query, variables: '{"first":2}', operationName: 'Some' });
    link.set('headers', '{"authorization":"Bearer of-the-link"}');
    const address = new URL('/graphql', gateway.url).href;
    for (const separator of ['#', '?', '#']) {
      await page.goto(`${address}${separator}${link}`);
      await page.locator('.graphiql-tab-active').getByText('Some', { exact: true }).waitFor();
      expect(await graphiql.tabTitles()).toEqual([...tabs, 'Some']);
      await page.waitForURL(address);
      await page.getByText('"first"').first().waitFor();
      await page.evaluate(untilStored('"title":"Some"'));
    }
    await page.reload();
    await waitUntilReady(page);
    expect(await graphiql.tabTitles()).toEqual([...tabs, 'Some']);
    expect(sent.filter((body) => body.includes('Some'))).toEqual([]);
    const request = page.waitForRequest((request) => request.postData()?.includes('query Some') ?? false);
    await page.getByRole('button', { name: 'Execute query' }).click();
    await page.getByRole('menuitem', { name: 'Some' }).click();
    const { operationName, variables } = (await request).postDataJSON();
    expect({ operationName, variables }).toEqual({ operationName: 'Some', variables: { first: 2 } });
    expect((await request).headers()).not.toHaveProperty('authorization');

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy link' }).click();
    const copied = new URL(await page.evaluate<string>('navigator.clipboard.readText()'));
    expect(copied.origin + copied.pathname + copied.search).toBe(address);
    expect(Object.fromEntries(new URLSearchParams(copied.hash.slice(1)))).toEqual({
      query,
      variables: '{\n  "first": 2\n}',
      operationName: 'Some',
    });
  });

  test('opens a query that needs an id with the newest one, unchanged if the caller may not read it; a mutation keeps its id', async () => {
    const { page } = opened;
    const textOf = (name: string) => examples.find((example) => example.name === name)?.text.trimEnd();
    await page.route('**/graphql', (route) =>
      route.fulfill({ status: 403, json: { errors: [{ message: '', extensions: { code: 'FORBIDDEN' } }] } }),
    );
    const refused = page.waitForResponse((response) => response.status() === 403);
    await graphiql.openExample('BulkOperation');
    await (await refused).finished();
    expect(await graphiql.operation()).toBe(textOf('BulkOperation'));
    await page.unrouteAll();

    const { data } = await gateway.ask<{ startBulkOperation: { bulkOperation: { id: string } } }>(
      'mutation { startBulkOperation(input: { action: RESET, target: { group: "Pilot" } }) { bulkOperation { id } } }',
    );
    const { id } = data.startBulkOperation.bulkOperation;
    for (const name of ['BulkOperation', 'Nodes']) {
      await graphiql.openExample(name);
      await waitFor(async () => (await graphiql.operation()).includes(id));
      expect(JSON.stringify(await graphiql.run())).toContain(`"id":"${id}"`);
    }

    const read = page.waitForResponse(
      (response) => response.request().postData()?.includes('NewestIds') ?? false,
    );
    await graphiql.openExample('CancelBulkOperation');
    await (await read).finished();
    expect(await graphiql.operation()).toBe(textOf('CancelBulkOperation'));
    await page.getByRole('button', { name: 'Execute query' }).click();
    await page.getByRole('dialog').getByText('operation QnVsa09wZXJhdGlvbjow').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect((await graphiql.tabTitles()).slice(-3)).toEqual(['BulkOperation', 'Nodes', 'CancelBulkOperation']);
  });
});
