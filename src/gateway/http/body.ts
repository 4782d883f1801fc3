import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors/gateway-error.ts';

/** Largest request body, in bytes: 1000 refs with a long document are a tenth of it. */
export const maxBodyBytes = 1_048_576;

/** The body is larger than the gateway reads. */
export class BodyTooLarge extends GatewayError {
  constructor() {
    super('BAD_REQUEST', { message: `The request body must not be larger than ${maxBodyBytes} bytes` });
  }
}

/**
 * The JSON body of a request; undefined where it has another content type, which the GraphQL layer then refuses.
 * A compressed body is not unpacked: a small one may unpack to anything. Errors: BodyTooLarge, BAD_REQUEST.
 */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  if (encoding !== 'identity')
    throw new GatewayError('BAD_REQUEST', { message: 'The request body must not be compressed' });
  const text = await readText(request);
  if (!/^application\/json\s*(;|$)/i.test(type)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new GatewayError('BAD_REQUEST', { message: 'The request body is not valid JSON' });
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
