import type { Page } from 'playwright-core';

/** Page object of GraphiQL: its tabs, panels, editor and response. */
export interface GraphiqlPage {
  /** From left to right. */
  tabTitles(): Promise<string[]>;
  /** Title of the active tab. */
  selectedTab(): Promise<string | null>;
  selectTab(title: string): Promise<void>;
  /** Names in the panel of examples, by heading. */
  listedExamples(): Promise<Record<string, string[]>>;
  /** Types into the search of the panel, and waits until the panel lists `found` examples. */
  search(words: string, found: number): Promise<void>;
  /** Clicks an example in the panel, and waits for its tab. */
  openExample(name: string): Promise<void>;
  /** The text of the editor. */
  operation(): Promise<string>;
  /** Empties the editor, in which the next keys are typed. */
  clear(): Promise<void>;
  /**
   * Replaces the text of the editor with one line, and waits until the tab has the name of the operation. The text must not begin with
   * a bracket: the editor would add the closing one.
   */
  write(operation: string, name: string): Promise<void>;
  /** Waits until the page has stored a text of the editor. It stores it shortly after the last key; the history reads it from there. */
  whenStored(text: string): Promise<void>;
  /** Executes the operation and returns the response that the page shows. */
  run(): Promise<unknown>;
  /** The parts of the line below the response, once it contains `text`. */
  answerLine(text: string): Promise<string[]>;
  /** Drags the right edge of the panel, in pixels to the right. */
  dragPanel(pixels: number): Promise<void>;
  /** In pixels. */
  panelWidth(): Promise<number>;
}

/** Opens GraphiQL of a gateway and waits until it has loaded the schema. */
export async function openGraphiql(page: Page, gatewayUrl: string): Promise<GraphiqlPage> {
  await page.goto(new URL('/graphql', gatewayUrl).href);
  await waitUntilReady(page);
  const tabs = page.locator('.graphiql-tab-button');
  const clear = async () => {
    await page.locator('.graphiql-query-editor .view-lines').click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('Delete');
  };
  return {
    tabTitles: () => tabs.allTextContents(),
    selectedTab: () => page.locator('.graphiql-tab-active .graphiql-tab-button').textContent(),
    async selectTab(title) {
      await tabs.getByText(title, { exact: true }).click();
      await page.locator('.graphiql-tab-active').getByText(title, { exact: true }).waitFor();
    },
    async listedExamples() {
      const listed: Record<string, string[]> = {};
      for (const group of await page.locator('.examples section').all())
        listed[(await group.getAttribute('aria-label')) ?? ''] = await group
          .locator('strong')
          .allTextContents();
      return listed;
    },
    async search(words, found) {
      await page.getByRole('searchbox', { name: 'Find an example' }).fill(words);
      await page.evaluate(untilListed(found));
    },
    async openExample(name) {
      await page.locator('.examples strong').getByText(name, { exact: true }).click();
      await page.locator('.graphiql-tab-active').getByText(name, { exact: true }).waitFor();
    },
    operation: () => page.evaluate<string>(textOf('operation.graphql')),
    clear,
    async write(operation, name) {
      await clear();
      await page.keyboard.insertText(operation);
      await page.locator('.graphiql-tab-active').getByText(name, { exact: true }).waitFor();
    },
    async whenStored(text) {
      await page.evaluate(until(`Object.values(localStorage).some((item) => item.includes('${text}'))`));
    },
    async run() {
      await page.evaluate(emptied('response.json'));
      await page.getByRole('button', { name: 'Execute query' }).click();
      const answer = await page.evaluate<string>(filled('response.json'));
      // Until the page has processed the response, the button is named Stop query.
      await page.getByRole('button', { name: 'Execute query' }).waitFor();
      return JSON.parse(answer);
    },
    async answerLine(text) {
      await page.locator('.answer-line').getByText(text).waitFor();
      return page.locator('.answer-line > *').allTextContents();
    },
    async dragPanel(pixels) {
      const { x, y } = (await page
        .locator('.graphiql-main > .graphiql-horizontal-drag-bar')
        .boundingBox()) ?? {
        x: 0,
        y: 0,
      };
      await page.mouse.move(x + 6, y + 100);
      await page.mouse.down();
      await page.mouse.move(x + 6 + pixels, y + 100, { steps: 3 });
      await page.mouse.up();
    },
    panelWidth: async () => (await page.locator('.graphiql-plugin').boundingBox())?.width ?? 0,
  };
}

/** Waits until the editor is shown and the introspection has been answered. */
export async function waitUntilReady(page: Page): Promise<void> {
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  await page.locator('.graphiql-sidebar button[aria-label^="Re-fetch"]:not([disabled])').waitFor();
}

/** Script for the text of an editor, from its model: the DOM has only the visible lines of a long text. */
const textOf = (file: string) => `${modelOf(file)}.getValue()`;

const modelOf = (file: string) =>
  `__MONACO.editor.getModels().find(({ uri }) => uri.path.endsWith('${file}'))`;

/** Script that clears an editor, so that its next text is new. */
const emptied = (file: string) => `${modelOf(file)}?.setValue('')`;

/** Script that polls until `script` gives a non-empty value. (waitForFunction would need eval, which the page forbids.) */
const until = (script: string) => `new Promise((resolve) => {
  const poll = () => {
    const found = ${script};
    if (found) resolve(found);
    else setTimeout(poll, 20);
  };
  poll();
})`;

const filled = (file: string) => until(`${modelOf(file)}?.getValue()`);

const untilListed = (count: number) =>
  until(`document.querySelectorAll('.examples section strong').length === ${count}`);

/** Script that waits until an item of GraphiQL, which it stores shortly after the last change, contains `text`. */
export const untilStored = (text: string, item: 'tabState' | 'docExplorerFlex' = 'tabState') =>
  until(`localStorage.getItem('sim-gateway/graphiql:${item}')?.includes(${JSON.stringify(text)})`);
