import type { Log } from '../../base/log.ts';
import {
  isSimApiFailure,
  type SimApi,
  type SimCost,
  Unreachable,
  type YearMonth,
} from '../../sim-api/index.ts';
import { patiently } from './patiently.ts';

/**
 * What SIMs cost in a month, null where one has no history; waits for as long as the SIM API is away. SIMs whose cost it refuses to
 * tell, or tells in a form that cannot be read, are left out. Errors: AbortError.
 */
export async function readMonthCosts(
  simApi: SimApi,
  iccids: readonly string[],
  month: YearMonth,
  signal: AbortSignal,
  log: Log,
): Promise<Map<string, SimCost | null>> {
  const costs = new Map<string, SimCost | null>();
  let missing = iccids;
  await patiently(signal, log, async () => {
    const found = await simApi.costs.byIccid(missing, month);
    const unanswered: string[] = [];
    let reason: Error | null = null;
    for (const iccid of missing) {
      const cost = found.get(iccid) ?? null;
      if (!isSimApiFailure(cost)) costs.set(iccid, cost);
      else if (cost instanceof Unreachable && cost.reason !== 'budget') {
        unanswered.push(iccid);
        reason = cost;
      }
    }
    missing = unanswered;
    if (reason !== null) throw reason;
  });
  return costs;
}
