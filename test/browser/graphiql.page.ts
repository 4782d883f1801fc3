import type { Page } from 'playwright-core';

/** GraphiQL as a person handles it: by its tabs, its editor, its button and what it answers. */
export interface GraphiqlPage {
  /** The titles of the tabs, from left to right. */
  tabTitles(): Promise<string[]>;
  /** The title of the tab that is shown. */
  selectedTab(): Promise<string | null>;
  selectTab(title: string): Promise<void>;
  /** What the panel of examples lists, by the heading it stands under. */
  listedExamples(): Promise<Record<string, string[]>>;
  /** Types into the search of the panel, and waits until it lists so many examples. */
  search(words: string, found: number): Promise<void>;
  /** Clicks an example in the panel, and waits for its tab. */
  openExample(name: string): Promise<void>;
  /** What is in the editor. */
  operation(): Promise<string>;
  /**
   * Replaces what is in the editor with one line of text, and waits until the tab has the name of the operation in it; if the text
   * began with a bracket the editor would close it again.
   */
  write(operation: string, name: string): Promise<void>;
  /** Waits until the page has stored a text of the editor: it does so a moment after the last key, and the history takes it from there. */
  whenStored(text: string): Promise<void>;
  /** Presses the button and gives the whole answer that then appears. */
  run(): Promise<unknown>;
}

/** Opens GraphiQL at a gateway's address and waits until it knows the schema. */
export async function openGraphiql(page: Page, gatewayUrl: string): Promise<GraphiqlPage> {
  await page.goto(new URL('/graphql', gatewayUrl).href);
  await waitUntilReady(page);
  const tabs = page.locator('.graphiql-tab-button');
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
    async write(operation, name) {
      await page.locator('.graphiql-query-editor .view-lines').click();
      await page.keyboard.press('ControlOrMeta+A');
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
      // Until the page has seen that the answer is there this button is another one, named Stop query.
      await page.getByRole('button', { name: 'Execute query' }).waitFor();
      return JSON.parse(answer);
    },
  };
}

/** Waits until the editor is there and the introspection has been answered. */
export async function waitUntilReady(page: Page): Promise<void> {
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  await page.locator('.graphiql-sidebar button[aria-label^="Re-fetch"]:not([disabled])').waitFor();
}

/** An editor's text, taken from its model: of a long one the page itself holds only the lines in sight. */
const textOf = (file: string) => `${modelOf(file)}.getValue()`;

const modelOf = (file: string) =>
  `__MONACO.editor.getModels().find(({ uri }) => uri.path.endsWith('${file}'))`;

/** Takes an editor's text away: what it holds next is new. */
const emptied = (file: string) => `${modelOf(file)}?.setValue('')`;

/** A promise for the page of what a script gives, once that is not empty. (waitForFunction would need eval, which the page forbids.) */
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

/** A promise for the page: what is typed is stored a moment later. */
export const untilStored = (text: string) =>
  until(`localStorage.getItem('sim-gateway/graphiql:tabState')?.includes(${JSON.stringify(text)})`);
