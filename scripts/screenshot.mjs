/**
 * Saves the screenshot of the README: GraphiQL after it has run the first example, with the list of examples open.
 *
 *   node scripts/screenshot.mjs <gateway-url> <out.png>
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { isProgram, root } from './command.mjs';

/** Bundles the browser support of the tests to a module that Node can import. */
async function importBrowserSupport() {
  const outfile = resolve(root, '.cache', 'screenshot.mjs');
  await build({
    stdin: {
      contents: `export * from './test/support/browser.ts'; export * from './test/browser/graphiql.page.ts';`,
      resolveDir: root,
    },
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}

async function takeScreenshot(gatewayUrl, path) {
  const { openBrowser, openGraphiql } = await importBrowserSupport();
  const browser = await openBrowser();
  try {
    const { page } = await browser.openPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
    const graphiql = await openGraphiql(page, gatewayUrl);
    await graphiql.run();
    // The button keeps its hover style and its tooltip while the pointer is over it.
    await page.mouse.move(0, 0);
    await page.locator('.graphiql-tooltip').waitFor({ state: 'detached' });
    await page.evaluate('document.fonts.ready.then(() => undefined)');
    await page.screenshot({ path, animations: 'disabled' });
  } finally {
    await browser.stop();
  }
}

if (isProgram(import.meta.url)) {
  const [gatewayUrl, out] = process.argv.slice(2);
  if (gatewayUrl === undefined || out === undefined) {
    process.stderr.write('node scripts/screenshot.mjs <gateway-url> <out.png>\n');
    process.exitCode = 2;
  } else {
    const path = resolve(out);
    process.chdir(root);
    await takeScreenshot(gatewayUrl, path);
  }
}
