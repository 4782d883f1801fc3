import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const intervalMs = 10_000;
/** Share of one core up to which the process counts as idle. */
const idleShare = 0.05;
/** The collection of a larger heap would delay a request by more than 100 ms. */
const maxHeapBytes = 128_000_000;
/** A heap with this multiple of its live bytes is collected. */
const wastefulRatio = 1.3;

/**
 * Collects the garbage of a process that is idle, and so gives memory back: V8 collects only when objects are created. A collection takes
 * about 20 ms.
 */
export function collectWhenIdle(): { stop(): void } {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  let cpu = process.cpuUsage();
  let liveBytes = 0;
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(cpu);
    cpu = process.cpuUsage();
    const isIdle = user + system < intervalMs * 1000 * idleShare;
    const { total_heap_size: totalBytes } = getHeapStatistics();
    if (!isIdle || totalBytes > maxHeapBytes || totalBytes < liveBytes * wastefulRatio) return;
    if (typeof collect === 'function') collect();
    liveBytes = getHeapStatistics().used_heap_size;
  }, intervalMs).unref();
  return { stop: () => clearInterval(timer) };
}
