import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';

/** Maximum length of a document, in bytes. Sets of keys have a few KB. */
const maxBytes = 1_000_000;

/**
 * Reads a JSON document. It follows no redirect and sends no credentials and no cookies. Errors: Error whose message has no text of the
 * answer: not HTTP 200, longer than 1 MB, not JSON, no connection, or `signal` has aborted.
 */
export async function getJson(url: URL, signal: AbortSignal): Promise<unknown> {
  const response = await answerOf(url, signal);
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Error(`it answered HTTP ${response.statusCode}`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  // An error in this loop destroys the response.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`its answer has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    // The message of the parser would quote the answer.
    throw new Error('its answer is not JSON');
  }
}

function answerOf(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const get = url.protocol === 'https:' ? getHttps : getHttp;
  return new Promise((resolve, reject) => {
    // `agent: false`: one connection for each document, which is read every few minutes.
    get(url, { agent: false, signal, headers: { accept: 'application/json' } }, resolve).on('error', reject);
  });
}
