import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';

export function send(response: ServerResponse, answer: Answer): void {
  const body = bodyOf(answer);
  response.writeHead(answer.status, headersOf(answer, body)).end(body);
}

export function bodyOf({ json, text }: Answer): Buffer {
  return Buffer.from(json === undefined ? (text ?? '') : JSON.stringify(json));
}

export function headersOf({ json, headers }: Answer, body: Buffer): OutgoingHttpHeaders {
  return {
    'content-type': json === undefined ? 'text/plain;charset=UTF-8' : 'application/json;charset=UTF-8',
    'content-length': body.length,
    ...headers,
  };
}
