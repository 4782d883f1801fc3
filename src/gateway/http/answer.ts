import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { GatewayError } from '../../errors/index.ts';

/** A request that breaks a rule of HTTP; `httpStatus` states which. */
export class RequestRefused extends GatewayError {
  constructor(
    private readonly httpStatus: 400 | 403 | 405 | 408 | 413 | 415,
    message: string,
  ) {
    super('BAD_REQUEST', { message });
  }

  override get status(): number {
    return this.httpStatus;
  }
}

/** The path does not support the method of the request. */
export class MethodRefused extends RequestRefused {
  constructor(
    /** The supported methods, in the form of the header Allow. */
    readonly allowed: string,
  ) {
    super(405, `This path takes ${allowed}`);
  }
}

/** Request headers on which answers depend: their content coding, and the header that lets a page read them. */
export const varyingHeaders = 'Accept-Encoding, Origin';

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, 'application/json; charset=utf-8', JSON.stringify(value));
}

/** Sends a whole response. Browsers must not guess its content type, and caches must not store it. */
export function sendText(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Buffer,
): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    vary: varyingHeaders,
    'x-content-type-options': 'nosniff',
  });
  sendBytes(response, body);
}

/**
 * A response is written in pieces of this size, each after the operating system has accepted the previous one. This shows whether the
 * client reads.
 */
export const pieceBytes = 65_536;

/** Writes the body of a response and ends it. */
export function sendBytes(response: ServerResponse, body: string | Buffer): void {
  if (body.length <= pieceBytes) response.end(body);
  // An error means that the client has disconnected: the rest is dropped.
  else
    pipeline(
      Readable.from(piecesOf(typeof body === 'string' ? Buffer.from(body) : body)),
      response,
      () => undefined,
    );
}

/** Splits bytes into pieces of at most `pieceBytes`. */
export function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** Sends an error in the form of a GraphQL response. */
export function sendError(response: ServerResponse, error: GatewayError, requestId: string): void {
  const { status, message, extensions } = error;
  sendJson(response, status, { errors: [{ message, extensions: { ...extensions, requestId } }] });
}
