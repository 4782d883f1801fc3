/**
 * Runs the built terminal again and again in one process: each message {args, url} is a run, and the answer says how it ended. A run is
 * the program from its first line on, with arguments, streams and an exit code of its own; what is shared is the time that a process
 * takes to start. Nothing is a terminal here, and there is no input.
 */
import { pathToFileURL } from 'node:url';

const program = pathToFileURL('dist/terminal/main.js').href;
let runs = 0;

// Each run listens for interrupts and for the end of its streams.
for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0);

/** Keeps what is written to a stream. */
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
