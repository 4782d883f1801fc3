import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
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

/** The body as text. Events instead of an async iterator, which would take a tenth of a small request. */
function readText(request: IncomingMessage, place: BodyPlace): Promise<string> {
  const { maxBytes } = place;
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const body = unpacked(request);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let loose = 0;
    let bytes = 0;
    /** Leaves the request open, for its response, with the rest of the body unread. */
    function fail(error: Error): void {
      body.off('data', take).off('end', end);
      if (body === request) body.pause();
      else body.destroy();
      reject(error);
    }
    function take(chunk: Buffer): void {
      bytes += chunk.length;
      try {
        if (bytes > maxBytes) throw tooLarge(maxBytes);
        place.grow(chunk.length);
      } catch (error) {
        fail(error as Error);
        return;
      }
      chunks.push(chunk);
      loose = (loose + 1) % looseChunks;
      if (loose === 0) chunks.push(Buffer.concat(chunks.splice(-looseChunks)));
    }
    function end(): void {
      body.off('close', closed);
      try {
        place.beginWork();
        if (bytes > largeBytes) checkListsAndObjects(chunks);
        resolve(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString('utf8'));
      } catch (error) {
        reject(error);
      }
    }
    const closed = () => reject(new Error('the request body ended early'));
    body.on('data', take);
    body.on('end', end);
    body.once('close', closed);
    body.on('error', (error: NodeJS.ErrnoException) =>
      fail(error.code?.startsWith('Z_') ? bodyRefused(400, 'match its Content-Encoding') : error),
    );
  });
}

function checkListsAndObjects(chunks: readonly Buffer[]): void {
  let count = 0;
  for (const chunk of chunks) for (const byte of chunk) if (byte === 0x5b || byte === 0x7b) count++;
  if (count > maxListsAndObjects)
    throw bodyRefused(413, `not hold more than ${maxListsAndObjects} lists and objects`);
}

/** The decompressed body. */
function unpacked(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return request;
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
