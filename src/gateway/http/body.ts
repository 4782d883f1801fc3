import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';
import { GatewayError } from '../errors/gateway-error.ts';
import { RequestRefused } from './answer.ts';

/** A body is large above so many bytes: 1000 refs with a long document are a tenth of it. */
const largeBytes = 1_048_576;
/** Large bodies taken in at a time: each is in memory several times over before it is a list of SIMs. */
const mostLargeBodies = 2;
/** A large body is one long text, or refs: what is made of more lists and objects than these need would fill the memory. */
const mostListsAndObjects = 250_000;
const retryAfterSeconds = 2;

function bodyRefused(status: 400 | 413 | 415, rule: string): RequestRefused {
  return new RequestRefused(status, `The request body must ${rule}`);
}

/** Room for request bodies, shared by all requests. */
export interface BodyRoom {
  /** Largest body, in bytes. */
  readonly mostBytes: number;
  /** Takes a large body in until its answer is sent. Errors: OVERLOADED where there is no room for one more. */
  takeLarge(response: ServerResponse): void;
}

/** Room for bodies of so many bytes each. */
export function createBodyRoom(mostBytes: number): BodyRoom {
  let large = 0;
  return {
    mostBytes,
    takeLarge(response) {
      if (large >= mostLargeBodies) throw new GatewayError('OVERLOADED', { retryAfterSeconds });
      large++;
      response.once('close', () => {
        large--;
      });
    },
  };
}

/**
 * The JSON body of a request; undefined where it has another content type, which the GraphQL layer then refuses.
 * A gzipped body is unpacked no further than the limit: a small one may unpack to anything. Errors: RequestRefused.
 */
export async function readJsonBody(
  request: IncomingMessage,
  response: ServerResponse,
  room: BodyRoom,
): Promise<unknown> {
  const text = await readText(request, response, room);
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw bodyRefused(400, 'be valid JSON');
  }
}

async function readText(request: IncomingMessage, response: ServerResponse, room: BodyRoom): Promise<string> {
  const { mostBytes } = room;
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge(mostBytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of unpacked(request)) {
      if (bytes <= largeBytes && bytes + chunk.length > largeBytes) room.takeLarge(response);
      bytes += chunk.length;
      if (bytes > mostBytes) throw tooLarge(mostBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    const isBadGzip = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
    throw isBadGzip ? bodyRefused(400, 'be what its Content-Encoding says') : error;
  }
  if (bytes > largeBytes) checkListsAndObjects(chunks);
  return Buffer.concat(chunks).toString('utf8');
}

function checkListsAndObjects(chunks: readonly Buffer[]): void {
  let count = 0;
  for (const chunk of chunks) for (const byte of chunk) if (byte === 0x5b || byte === 0x7b) count++;
  if (count > mostListsAndObjects)
    throw bodyRefused(413, `not hold more than ${mostListsAndObjects} lists and objects`);
}

/** The body as it was before it was packed. The request itself is left open, for its answer. */
function unpacked(request: IncomingMessage): AsyncIterable<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return request.iterator({ destroyOnReturn: false });
  if (encoding === 'gzip') {
    const gunzip = createGunzip();
    // A pipe does not pass on that the client has gone, and the reader would wait for ever.
    request.once('error', (error) => gunzip.destroy(error));
    return request.pipe(gunzip);
  }
  throw bodyRefused(415, 'be plain or gzipped');
}

function tooLarge(mostBytes: number): RequestRefused {
  return bodyRefused(413, `not be larger than ${mostBytes} bytes`);
}
