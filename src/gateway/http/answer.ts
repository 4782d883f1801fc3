import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { GatewayError } from '../../errors/index.ts';

/** A request that is refused for what it is in HTTP, with the status that says why. */
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

/** A request of a method that its path does not take. */
export class MethodRefused extends RequestRefused {
  constructor(
    /** The methods that it takes, as the header Allow has them. */
    readonly allowed: string,
  ) {
    super(405, `This path takes ${allowed}`);
  }
}

/** Sends a JSON value as the whole answer. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, 'application/json; charset=utf-8', JSON.stringify(value));
}

/** Sends a text as the whole answer; what was answered must not be guessed at or kept. */
export function sendText(response: ServerResponse, status: number, contentType: string, text: string): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  sendBytes(response, text);
}

/** Of an answer so much is written at a time: the next when the system has taken the last, so that it shows whether the client reads. */
export const pieceBytes = 65_536;

/** Writes the body of an answer to its end. */
export function sendBytes(response: ServerResponse, body: string | Buffer): void {
  if (body.length <= pieceBytes) response.end(body);
  // A client that left has no use for the rest.
  else
    pipeline(
      Readable.from(piecesOf(typeof body === 'string' ? Buffer.from(body) : body)),
      response,
      () => undefined,
    );
}

/** Bytes in pieces that are written one after the other. */
export function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** Sends an error in the form of a GraphQL answer. */
export function sendError(response: ServerResponse, error: GatewayError, requestId: string): void {
  const { status, message, extensions } = error;
  sendJson(response, status, { errors: [{ message, extensions: { ...extensions, requestId } }] });
}
