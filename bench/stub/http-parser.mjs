/** A minimal HTTP/1.1 server connection over a raw socket: enough for the clients of the benchmark, and cheap. */

const headEnd = Buffer.from('\r\n\r\n');

/**
 * Calls `onRequest(method, target, answer)` for each request on the socket, in order. `answer(parts)` writes Buffers as the response. The
 * body of a request is read and dropped. Requests have a Content-Length or no body.
 */
export function serveConnection(socket, onRequest) {
  let pending = null;
  let discarded = 0;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  const answer = (buffer) => {
    if (!socket.destroyed) socket.write(buffer);
  };
  socket.on('data', (chunk) => {
    let data = pending === null ? chunk : Buffer.concat([pending, chunk]);
    pending = null;
    for (;;) {
      if (discarded > 0) {
        const taken = Math.min(discarded, data.length);
        discarded -= taken;
        data = data.subarray(taken);
      }
      if (data.length === 0) return;
      const end = data.indexOf(headEnd);
      if (end === -1) {
        pending = data;
        return;
      }
      const lineEnd = data.indexOf(13);
      const [method, target] = data.latin1Slice(0, lineEnd).split(' ', 2);
      if (method !== 'GET') discarded = contentLength(data.latin1Slice(lineEnd, end));
      data = data.subarray(end + 4);
      onRequest(method, target, answer);
    }
  });
}

function contentLength(head) {
  return Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
}

/** A complete response as one Buffer. */
export function response(body, status = '200 OK') {
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}
