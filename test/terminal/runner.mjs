/**
 * Runs the built CLI repeatedly in one process, which saves the start of a process for each run. Each message {id, args, url} is a run; the
 * reply {id, code, stdout, stderr} is its result. A run evaluates the whole program, with separate arguments, streams and exit code. The
 * streams are no terminals, and there is no input.
 */
import { pathToFileURL } from 'node:url';

const program = pathToFileURL('dist/terminal/main.js').href;
let runs = 0;

// Each run adds listeners for interrupts and for errors of its streams.
for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0);

/** Captures the output to a stream; returns a function that returns it. */
function capture(stream) {
  let text = '';
  stream.isTTY = false;
  stream.write = (chunk, encoding, callback) => {
    text += String(chunk);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  };
  return () => text;
}

async function run({ args, url }) {
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
  process.argv = [process.execPath, program, ...args];
  if (url === undefined) delete process.env.SIM_GATEWAY_URL;
  else process.env.SIM_GATEWAY_URL = url;
  process.exitCode = undefined;
  await import(`${program}?run=${++runs}`);
  return { code: process.exitCode ?? 0, stdout: stdout(), stderr: stderr() };
}

let before = Promise.resolve();
process.on('message', ({ id, ...asked }) => {
  before = before.then(async () => process.send({ id, ...(await run(asked)) }));
});
