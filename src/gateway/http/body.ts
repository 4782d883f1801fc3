import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { RequestRefused } from './answer.ts';
import { type BodyPlace, largeBytes } from './body-budget.ts';

/** Maximum number of lists and objects in a large body: more than 1000 SIM references need, few enough to fit into memory once parsed. */
const maxListsAndObjects = 250_000;
/** Number of chunks that are joined into one: a chunk has some hundred bytes of overhead, and a client may send one byte in each. */
const looseChunks = 1024;

function bodyRefused(status: 400 | 413 | 415, rule: string): RequestRefused {
  return new RequestRefused(status, `The request body must ${rule}`);
}

/**
 * Reads the JSON body of a request; undefined if it has another content type, which the GraphQL layer then refuses.
 * A gzipped body is decompressed only up to the size limit. Errors: RequestRefused, OVERLOADED.
 */
export async function readJsonBody(request: IncomingMessage, place: BodyPlace): Promise<unknown> {
  const text = await readText(request, place);
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw bodyRefused(400, 'be valid JSON');
  }
}

async function readText(request: IncomingMessage, place: BodyPlace): Promise<string> {
  const { maxBytes } = place;
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let loose = 0;
  let bytes = 0;
  try {
    for await (const chunk of unpacked(request)) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      place.grow(chunk.length);
      chunks.push(chunk);
      loose = (loose + 1) % looseChunks;
      if (loose === 0) chunks.push(Buffer.concat(chunks.splice(-looseChunks)));
    }
  } catch (error) {
    const isBadGzip = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
    throw isBadGzip ? bodyRefused(400, 'match its Content-Encoding') : error;
  }
  place.beginWork();
  if (bytes > largeBytes) checkListsAndObjects(chunks);
  return Buffer.concat(chunks).toString('utf8');
}

function checkListsAndObjects(chunks: readonly Buffer[]): void {
  let count = 0;
  for (const chunk of chunks) for (const byte of chunk) if (byte === 0x5b || byte === 0x7b) count++;
  if (count > maxListsAndObjects)
    throw bodyRefused(413, `not hold more than ${maxListsAndObjects} lists and objects`);
}

/** The decompressed body. The request itself stays open, for its response. */
function unpacked(request: IncomingMessage): AsyncIterable<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return request.iterator({ destroyOnReturn: false });
  if (encoding === 'gzip') {
    const gunzip = createGunzip();
    // `pipe` does not forward errors: without this the reader would wait forever after the client has disconnected.
    request.once('error', (error) => gunzip.destroy(error));
    return request.pipe(gunzip);
  }
  throw bodyRefused(415, 'be plain or gzipped');
}

function tooLarge(maxBytes: number): RequestRefused {
  return bodyRefused(413, `not be larger than ${maxBytes} bytes`);
}
