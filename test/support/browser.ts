import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A page in its own browser profile, with a record of its requests and errors. */
export interface OpenPage {
  page: Page;
  /** The URL of every request by the page and its workers, in order, without data: and blob: URLs. */
  requests: string[];
  /** Everything the developer tools show as an error: console errors, uncaught exceptions, CSP violations, failed requests. */
  complaints: string[];
}

/** A headless Chromium that reaches only this machine and writes only below .cache/ until it is stopped. */
export interface OpenBrowser {
  openPage(options?: BrowserContextOptions): Promise<OpenPage>;
  stop(): Promise<void>;
}

let opened = 0;

/** Starts the Chromium that scripts/chromium.mjs finds. Throws if there is none. */
export async function openBrowser(): Promise<OpenBrowser> {
  opened += 1;
  const folder = join(process.cwd(), '.cache', 'browser', `${process.pid}-${opened}`);
  const inFolder = (name: string) => join(folder, name);
  await mkdir(inFolder('home'), { recursive: true });
  const context = await chromium.launchPersistentContext(inFolder('profile'), {
    executablePath: await findChromium(),
    headless: true,
    artifactsDir: inFolder('artifacts'),
    env: {
      ...process.env,
      HOME: inFolder('home'),
      XDG_CACHE_HOME: inFolder('home/cache'),
      XDG_CONFIG_HOME: inFolder('home/config'),
      XDG_DATA_HOME: inFolder('home/data'),
    },
    args: [
      // Chromium refuses to run its sandbox as root; for other users it stays on.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-crash-reporter',
      '--disable-gpu',
      '--disable-quic',
      '--disable-sync',
      '--no-first-run',
      `--crash-dumps-dir=${inFolder('crashes')}`,
      // Requests to other hosts fail, but are still recorded.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  });
  const stop = async () => {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  };
  const browser = context.browser();
  if (browser === null) {
    await stop();
    throw new Error('Chromium started without a browser that can open profiles');
  }
  return { openPage: (options) => openPage(browser, options), stop };
}

async function openPage(browser: Browser, options?: BrowserContextOptions): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const requests: string[] = [];
  const complaints: string[] = [];
  context.on('request', (request) => {
    if (!/^(?:data|blob):/.test(request.url())) requests.push(request.url());
  });
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? 'failed';
    // The page itself aborts requests on a reload or with the stop button.
    if (reason !== 'net::ERR_ABORTED') complaints.push(`${reason}: ${request.method()} ${request.url()}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) {
      complaints.push(`HTTP ${response.status()}: ${response.request().method()} ${response.url()}`);
    }
  });
  context.on('weberror', (event) => complaints.push(`uncaught: ${event.error().message}`));
  context.on('console', (message) => {
    // Failed requests are recorded above, with method and URL.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
  return { page: await context.newPage(), requests, complaints };
}

/** Runs scripts/chromium.mjs in a child process: the tests are CommonJS and cannot import it. */
async function findChromium(): Promise<string> {
  const script = pathToFileURL(join(process.cwd(), 'scripts', 'chromium.mjs')).href;
  const program = `import { findChromium } from ${JSON.stringify(script)}; process.stdout.write(findChromium() ?? '');`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  if (stdout === '') {
    throw new Error('There is no Chromium on this machine: node scripts/setup.mjs --browser installs one');
  }
  return stdout;
}
