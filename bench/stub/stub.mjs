/** Program: a stub of the SIM API. It counts its calls, except those of the token endpoint, and can delay its answers. */
import { createServer } from 'node:net';
import { answerParent, reportListening } from '../lib/child.mjs';
import { createAnswers } from './answers.mjs';
import { serveConnection } from './http-parser.mjs';

const { answerTo, setSims } = createAnswers();
let calls = 0;
let latencyMs = 0;

function onRequest(method, target, answer) {
  if (method !== 'POST') calls += 1;
  const response = answerTo(method, target);
  if (latencyMs === 0) answer(response);
  else setTimeout(answer, latencyMs, response);
}

answerParent({
  calls: () => calls,
  setSims,
  setLatency: (ms) => {
    latencyMs = ms;
  },
});

const server = createServer({ noDelay: true }, (socket) => serveConnection(socket, onRequest));
server.listen(0, '127.0.0.1', () => reportListening(`http://127.0.0.1:${server.address().port}/v1`));
