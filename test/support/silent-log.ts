import { createLog } from '../../src/base/log.ts';

/** A log that writes nothing. */
export const silentLog = createLog('silent', { write: () => undefined });
