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
  /** Clicks an example in the panel, and waits for its tab. */
  openExample(name: string): Promise<void>;
  /** What is in the editor. */
  operation(): Promise<string>;
  /** Replaces what is in the editor with one line of text; if that began with a bracket the editor would close it again. */
  write(operation: string): Promise<void>;
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
    async openExample(name) {
      await page.locator('.examples strong').getByText(name, { exact: true }).click();
      await page.locator('.graphiql-tab-active').getByText(name, { exact: true }).waitFor();
    },
    operation: () => page.evaluate<string>(textOf('operation.graphql')),
    async write(operation) {
      await page.locator('.graphiql-query-editor .view-lines').click();
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.insertText(operation);
    },
    async run() {
      const button = page.getByRole('button', { name: 'Execute query' });
      await button.click();
      // Until the answer is shown this button is another one, named Stop query.
      await button.waitFor();
      return JSON.parse(await page.evaluate<string>(textOf('response.json')));
    },
  };
}

/** Waits until the editor is there and the introspection has been answered. */
export async function waitUntilReady(page: Page): Promise<void> {
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  await page.locator('.graphiql-sidebar button[aria-label^="Re-fetch"]:not([disabled])').waitFor();
}

/** An editor's text, taken from its model: of a long one the page itself holds only the lines in sight. */
const textOf = (file: string) =>
  `__MONACO.editor.getModels().find(({ uri }) => uri.path.endsWith('${file}')).getValue()`;
