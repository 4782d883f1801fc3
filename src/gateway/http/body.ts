import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { GatewayError } from '../errors/gateway-error.ts';

/** Largest request body, in bytes: 1000 refs with a long document are a tenth of it. */
const maxBodyBytes = 1_048_576;

/** A body that is not read, with the HTTP status that says why. */
export class BodyRefused extends GatewayError {
  constructor(
    readonly status: 400 | 413 | 415,
    message: string,
  ) {
    super('BAD_REQUEST', { message: `The request body must ${message}` });
  }
}

/**
 * The JSON body of a request; undefined where it has another content type, which the GraphQL layer then refuses.
 * A gzipped body is unpacked no further than the limit: a small one may unpack to anything. Errors: BodyRefused.
 */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request);
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new BodyRefused(400, 'be valid JSON');
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of unpacked(request)) {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    const isBadGzip = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
    throw isBadGzip ? new BodyRefused(400, 'be what its Content-Encoding says') : error;
  }
  return Buffer.concat(chunks).toString('utf8');
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
  throw new BodyRefused(415, 'be plain or gzipped');
}

function tooLarge(): BodyRefused {
  return new BodyRefused(413, `not be larger than ${maxBodyBytes} bytes`);
}
