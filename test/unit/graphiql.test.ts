import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadGraphiql } from '../../src/gateway/http/graphiql.ts';

const page = '<!doctype html><title>SIM Gateway</title>';
const script = 'console.log("main");'.repeat(20);

describe('the GraphiQL handler', () => {
  let folder: string;
  let server: Server;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sim-gateway-'));
    const assetsDir = join(folder, 'graphiql');
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    mkdirSync(assetsDir);
    writeFileSync(join(assetsDir, 'index.html'), page);
    writeFileSync(join(assetsDir, 'main-ABC.js'), script);
    writeFileSync(join(assetsDir, 'main-ABC.js.br'), brotliCompressSync(script));
    writeFileSync(join(assetsDir, 'main-ABC.js.gz'), gzipSync(script));
    writeFileSync(join(assetsDir, 'font-ABC.woff2'), 'dense');
    writeFileSync(join(assetsDir, 'away-ABC.js'), script);
    const graphiql = loadGraphiql({ assetsDir });
    rmSync(join(assetsDir, 'away-ABC.js'));
    server = createServer((incoming, response) => {
      const isFile = incoming.url?.startsWith('/graphiql/');
      if (isFile || graphiql.wantsPage(incoming)) graphiql.handle(incoming, response);
      else response.end('api');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    await new Promise((resolve) => server?.close(resolve));
    if (folder) rmSync(folder, { recursive: true });
  });

  interface Answer {
    status: number | undefined;
    headers: IncomingHttpHeaders;
    body: Buffer;
  }

  /** Sends the path unchanged: fetch would normalize the dots. */
  function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
    const { port } = server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port, path, method, headers, agent: false },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('end', () => {
            resolve({ status: incoming.statusCode, headers: incoming.headers, body: Buffer.concat(chunks) });
          });
        },
      );
      outgoing.on('error', reject).end();
    });
  }

  const browserNavigation =
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

  test('retries a file that could not be read, at the next request', async () => {
    expect((await ask('/graphiql/away-ABC.js')).status).toBe(404);
    writeFileSync(join(folder, 'graphiql', 'away-ABC.js'), script);
    const { status, body } = await ask('/graphiql/away-ABC.js');
    expect([status, body.toString()]).toEqual([200, script]);
  });

  test.each([
    ['the types of a browser navigation', browserNavigation],
    ['HTML alone', 'text/html'],
    ['HTML before anything else', 'text/html, */*;q=0.1'],
    ['HTML and anything else equally', 'text/html, */*'],
    ['HTML rather than JSON', 'application/json;q=0.8, text/html'],
    ['HTML in capitals', 'Text/HTML;charset=utf-8'],
  ])('sends the page to a client that accepts %s', async (_who, accept) => {
    expect((await ask('/graphql', { accept })).body.toString()).toBe(page);
  });

  test.each([
    ['anything', '*/*'],
    ['any text', 'text/*'],
    ['JSON', 'application/json'],
    ['a GraphQL response, then JSON', 'application/graphql-response+json, application/json;q=0.9'],
    ['JSON and HTML equally', 'text/html, application/json'],
    ['JSON rather than HTML', 'text/html;q=0.5, application/graphql-response+json'],
    ['anything rather than HTML', 'text/html;q=0.1, */*'],
    ['no HTML', 'text/html;q=0, */*;q=0.1'],
    ['a stream of events', 'text/event-stream'],
    ['nothing (an empty header)', ''],
  ])('passes a client to the API that accepts %s', async (_who, accept) => {
    expect((await ask('/graphql', { accept })).body.toString()).toBe('api');
  });

  test('sends the page for an address with an operation', async () => {
    const { body } = await ask('/graphql?query=%7B__typename%7D', { accept: browserNavigation });
    expect(body.toString()).toBe(page);
  });

  test('passes requests without Accept and every POST to the API', async () => {
    expect((await ask('/graphql')).body.toString()).toBe('api');
    expect((await ask('/graphql', { accept: 'text/html' }, 'POST')).body.toString()).toBe('api');
  });

  test('allows the page to load and call only this gateway, and no site to frame it', async () => {
    const { headers } = await ask('/graphql', { accept: 'text/html' });
    expect(String(headers['content-security-policy']).split('; ').sort()).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "font-src 'self'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' data:",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "worker-src 'self'",
    ]);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-type': 'text/html; charset=utf-8',
    });
  });

  test('requires revalidation of the page at each visit, and answers 304 if it is unchanged', async () => {
    const { headers } = await ask('/graphql', { accept: 'text/html' });
    expect(headers).toMatchObject({ 'cache-control': 'no-cache', vary: 'Accept, Accept-Encoding, Origin' });
    const again = await ask('/graphql', { accept: 'text/html', 'if-none-match': `"other", ${headers.etag}` });
    expect(again).toMatchObject({ status: 304, body: Buffer.alloc(0) });
    const other = await ask('/graphql', { accept: 'text/html', 'if-none-match': '"other"' });
    expect(other).toMatchObject({ status: 200, body: Buffer.from(page) });
  });

  test('allows permanent caching of a file, and sends it in the smallest coding that the client accepts', async () => {
    const plain = await ask('/graphiql/main-ABC.js?anything');
    expect(plain.body.toString()).toBe(script);
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      vary: 'Accept-Encoding, Origin',
    });
    const brotli = await ask('/graphiql/main-ABC.js', { 'accept-encoding': 'gzip, deflate, br' });
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(brotli.body).toString()).toBe(script);
    const gzip = await ask('/graphiql/main-ABC.js', { 'accept-encoding': 'gzip, br;q=0' });
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzip.body).toString()).toBe(script);
    const font = await ask('/graphiql/font-ABC.woff2', { 'accept-encoding': 'gzip, br' });
    expect(font.headers['content-encoding']).toBeUndefined();
    expect(font.headers['content-type']).toBe('font/woff2');
    expect(new Set([plain, brotli, gzip].map(({ headers }) => headers.etag)).size).toBe(3);
  });

  test('answers HEAD with the headers of GET and no body', async () => {
    const get = await ask('/graphiql/main-ABC.js');
    const head = await ask('/graphiql/main-ABC.js', {}, 'HEAD');
    expect({ ...head.headers, date: '' }).toEqual({ ...get.headers, date: '' });
    expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  });

  test.each([
    '/graphiql/',
    '/graphiql/unknown.js',
    '/graphiql/index.html',
    '/graphiql/main-ABC.js.br',
    '/graphiql/main-ABC.js/',
    '/graphiql/../secret.txt',
    '/graphiql/..%2fsecret.txt',
    '/graphiql/%2e%2e/secret.txt',
    '/graphiql/..\\secret.txt',
    '/graphiql//etc/passwd',
    '/graphiql/constructor',
  ])('has no file at %s', async (path) => {
    const { status, headers, body } = await ask(path);
    expect({ status, body: body.toString() }).toEqual({ status: 404, body: 'No such file.\n' });
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      vary: 'Accept-Encoding, Origin',
    });
  });

  test('accepts only GET and HEAD for a file', async () => {
    const { status, headers } = await ask('/graphiql/main-ABC.js', {}, 'POST');
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'GET, HEAD' });
  });

  test('asks for a build if there is no built page', () => {
    expect(() => loadGraphiql({ assetsDir: join(folder, 'nowhere') })).toThrow('npm run build');
    expect(() => loadGraphiql({ assetsDir: folder })).toThrow('npm run build');
  });
});
