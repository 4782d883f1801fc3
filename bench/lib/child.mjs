/** What a program of the benchmark needs to talk to its parent over the IPC channel. */

/** Answers the parent's requests `{ id, name, args }` with the functions of `methods`, which may be async. */
export function answerParent(methods) {
  // The channel keeps a program alive that has no server.
  process.channel?.ref();
  process.on('message', async ({ id, name, args }) => {
    try {
      process.send({ id, value: await methods[name](...args) });
    } catch (error) {
      process.send({ id, error: error.stack });
    }
  });
}

/** Reports the URL of the program, with the same message as the gateway; and the process that serves it, if it is another one. */
export function reportListening(url, pid) {
  process.send({ listening: url, pid });
}
