/** Preloaded into a gateway that is profiled. The parent starts and stops the CPU profiler over the IPC channel. */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.setSamplingInterval', { interval: 500 });

const methods = {
  startProfile: () => session.post('Profiler.start'),
  async stopProfile(path) {
    const { profile } = await session.post('Profiler.stop');
    writeFileSync(path, JSON.stringify(profile));
  },
};

process.on('message', ({ id, name, args }) => {
  methods[name]?.(...args).then(
    () => process.send({ id }),
    (error) => process.send({ id, error: error.stack }),
  );
});
// The listener must not keep the gateway alive.
process.channel?.unref();
