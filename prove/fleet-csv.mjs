import { watchMemory } from './fleet-measure.mjs';

/** Reads all SIMs as CSV; null if the gateway has no CSV export. */
export async function measureCsv(gateway, dataDir) {
  const memory = watchMemory(gateway, dataDir);
  const startedAt = performance.now();
  let firstMs = Number.NaN;
  let [bytes, lines] = [0, 0];
  try {
    const response = await fetch(new URL('/export/sims.csv', gateway.url));
    if (response.status === 404) {
      await response.arrayBuffer();
      return null;
    }
    for await (const chunk of response.body) {
      if (bytes === 0) firstMs = performance.now() - startedAt;
      bytes += chunk.length;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
    }
    return {
      status: response.status,
      firstMs,
      tookMs: performance.now() - startedAt,
      bytes,
      rows: lines - 1,
      peak: memory.end(),
    };
  } finally {
    memory.end();
  }
}
