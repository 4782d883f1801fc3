/**
 * Program: the upstream of the public benchmark, with prepared answers for `/posts`, `/users/1` and `/users?id=1&id=2`. It counts its calls
 * and can delay its answers. A target may have an origin, as in the request of a client to its proxy.
 */
import { createServer } from 'node:net';
import { answerParent, reportListening } from '../lib/child.mjs';
import { response, serveConnection } from '../stub/http-parser.mjs';
import { posts, users } from './data.mjs';

const json = (value, status) => response(Buffer.from(JSON.stringify(value)), status);
const answers = new Map([['/posts', json(posts)], ...users.map((user) => [`/users/${user.id}`, json(user)])]);
const notFound = json({}, '404 Not Found');
let calls = 0;
let latencyMs = 0;

/** The users of a list such as `/users?id=1&id=2`; kept, because few lists are asked for. */
function usersOf(target) {
  const asked = new Set([...target.matchAll(/[?&]id=(\d+)/g)].map(([, id]) => Number(id)));
  const answer = json(users.filter(({ id }) => asked.has(id)));
  answers.set(target, answer);
  return answer;
}

function answerTo(target) {
  const path = target.startsWith('/') ? target : target.slice(target.indexOf('/', 'http://'.length));
  return answers.get(path) ?? (path.startsWith('/users?') ? usersOf(path) : notFound);
}

function onRequest(_, target, answer) {
  calls += 1;
  if (latencyMs === 0) answer(answerTo(target));
  else setTimeout(answer, latencyMs, answerTo(target));
}

answerParent({
  calls: () => calls,
  setLatency: (ms) => {
    latencyMs = ms;
  },
});
const server = createServer({ noDelay: true }, (socket) => serveConnection(socket, onRequest));
server.listen(0, '127.0.0.1', () => reportListening(`http://127.0.0.1:${server.address().port}`));
