import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { acceptedCoding, parseQualities } from './accept.ts';
import { sendBytes, sendText, varyingHeaders } from './answer.ts';

/** Serves the GraphiQL page and its files. */
export interface Graphiql {
  /** True for the navigation of a browser: a GET or HEAD that prefers HTML to JSON. */
  wantsPage(request: IncomingMessage): boolean;
  /** Sends the page, or one of its files if the path is below `/graphiql/`. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** Paths below this are files of the page. */
export const graphiqlAssetsPath = '/graphiql/';

/**
 * Lists the files of the built page once, so that no request can read another file of this machine. A file is read at its first
 * request and then stays in memory; a file that cannot be read is tried again at the next request.
 * Errors: throws if `assetsDir` holds no built page.
 */
export function loadGraphiql({ assetsDir }: { assetsDir: string }): Graphiql {
  const names = readNames(assetsDir);
  if (!names.has(pageName)) throw new Error(`${assetsDir} holds no GraphiQL page: run npm run build`);
  const files = new Map<string, ServedFile>();
  /** Null if the page has no such file, or if the file cannot be read at the moment. */
  function fileNamed(name: string): ServedFile | null {
    const known = files.get(name);
    if (known !== undefined) return known;
    if (!names.has(name)) return null;
    const file = readServedFile(assetsDir, name, names);
    if (file !== null) files.set(name, file);
    return file;
  }
  return {
    wantsPage: ({ method, headers }) =>
      (method === 'GET' || method === 'HEAD') && prefersHtml(headers.accept),
    handle(request, response) {
      for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('allow', 'GET, HEAD');
        sendText(response, 405, plainText, 'Only GET and HEAD are answered here.\n');
        return;
      }
      const path = (request.url ?? '').split('?', 1)[0] ?? '';
      const isPage = !path.startsWith(graphiqlAssetsPath);
      const name = isPage ? pageName : path.slice(graphiqlAssetsPath.length);
      const file = isPage || name !== pageName ? fileNamed(name) : null;
      if (file === null) {
        sendText(response, 404, plainText, 'No such file.\n');
        return;
      }
      // Accept: the same address answers API clients in JSON. no-cache: a new build is seen at the next visit.
      const headers = isPage
        ? { cacheControl: 'no-cache', vary: `Accept, ${varyingHeaders}` }
        : { cacheControl: 'public, max-age=31536000, immutable', vary: varyingHeaders };
      send(request, response, file, headers);
    },
  };
}

const pageName = 'index.html';
const plainText = 'text/plain; charset=utf-8';

/**
 * Only files of this gateway may run or be fetched. Inline styles are the exception: Monaco writes style elements and
 * style attributes, and takes no nonce for them.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** Content codings of the precompressed copies of a file. */
const codings = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

interface ServedFile {
  contentType: string;
  etag: string;
  /** By content coding; always has `identity`. */
  bodies: ReadonlyMap<string, Buffer>;
}

/** Null for a file that is not served under its own name, such as a compressed copy, and for one that cannot be read, as during a build. */
function readServedFile(assetsDir: string, name: string, names: ReadonlySet<string>): ServedFile | null {
  const contentType = contentTypes[extname(name)];
  if (contentType === undefined) return null;
  try {
    const content = readFileSync(join(assetsDir, name));
    const bodies = new Map([['identity', content]]);
    for (const coding of codings) {
      const path = name + coding.suffix;
      if (names.has(path)) bodies.set(coding.name, readFileSync(join(assetsDir, path)));
    }
    const hash = createHash('sha256').update(content).digest('base64url').slice(0, 22);
    return { contentType, etag: hash, bodies };
  } catch {
    return null;
  }
}

function readNames(assetsDir: string): Set<string> {
  try {
    return new Set(readdirSync(assetsDir));
  } catch (error) {
    throw new Error(`${assetsDir} holds no GraphiQL page: run npm run build`, { cause: error });
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  file: ServedFile,
  { cacheControl, vary }: { cacheControl: string; vary: string },
): void {
  const { coding, body } = chooseBody(request, file);
  // Each coding is a separate representation, so a strong tag must differ.
  const etag = coding === 'identity' ? `"${file.etag}"` : `"${file.etag}-${coding}"`;
  response.setHeader('cache-control', cacheControl);
  response.setHeader('vary', vary);
  response.setHeader('etag', etag);
  if (matchesTag(request.headers['if-none-match'], etag)) {
    response.writeHead(304).end();
    return;
  }
  if (coding !== 'identity') response.setHeader('content-encoding', coding);
  response.writeHead(200, { 'content-type': file.contentType, 'content-length': body.length });
  if (request.method === 'HEAD') response.end();
  else sendBytes(response, body);
}

function chooseBody(request: IncomingMessage, file: ServedFile): { coding: string; body: Buffer } {
  const header = request.headers['accept-encoding']?.toString();
  const coding = acceptedCoding(header, (name) => file.bodies.has(name)) ?? 'identity';
  return { coding, body: file.bodies.get(coding) ?? Buffer.alloc(0) };
}

function matchesTag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

/** Content types of API responses. A client that accepts one of these with the same quality as HTML is not a browser navigation. */
const apiTypes = [
  'application/graphql-response+json',
  'application/json',
  'multipart/mixed',
  'text/event-stream',
];

/**
 * Whether an Accept header names HTML explicitly and prefers it to every content type of the API.
 * A wildcard does not count as HTML: curl and fetch send it by default.
 */
function prefersHtml(accept: string | undefined): boolean {
  const qualities = parseQualities(accept);
  const html = qualities.get('text/html') ?? 0;
  if (html === 0) return false;
  return apiTypes.every((type) => {
    const named = qualities.get(type);
    if (named !== undefined) return named < html;
    const wildcard = qualities.get(`${type.split('/', 1)[0]}/*`) ?? qualities.get('*/*') ?? 0;
    return wildcard <= html;
  });
}
