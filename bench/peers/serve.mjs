/** The HTTP server that the hand-written peers share: node:http, with one function for each path. */
import { createServer } from 'node:http';
import { reportListening } from '../lib/child.mjs';

/** `routes` maps the first part of a path to `(rest of the path, body) => Promise<Buffer or string>`. */
export function serve(routes) {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', async () => {
      const [, first, rest] = request.url.split('/', 3);
      try {
        const text = await routes[first](rest, parts);
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        });
        response.end(text);
      } catch (error) {
        response.writeHead(500).end(String(error.stack));
      }
    });
  });
  server.listen(0, '127.0.0.1', () => reportListening(`http://127.0.0.1:${server.address().port}`));
}

export const jsonOf = (parts) => JSON.parse(parts.length === 1 ? parts[0] : Buffer.concat(parts));
