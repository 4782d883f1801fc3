import { createLog } from '../../src/base/log.ts';

export const silentLog = createLog('silent', { write: () => undefined });
