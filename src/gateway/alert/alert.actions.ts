import { fromSimApi, GatewayError } from '../../errors/index.ts';
import { type OpenEntry, type RequestLedger, succeeded } from '../../ledger/index.ts';
import {
  type AlertScope,
  allPages,
  isRefusal,
  isSimApiFailure,
  type SimApi,
  Unreachable,
} from '../../sim-api/index.ts';
import { StoreUnavailable } from '../../store/index.ts';
import type { Loaders } from '../loaders.ts';

/** Changes alerts, for one request. */
export interface AlertActions {
  /**
   * Marks the unread alerts of a scope as read and returns their number. The SIM API marks the alerts of each page that it returns.
   * Errors: those of the SIM API and of the ledger; alerts that were marked before the error stay marked.
   */
  markRead(scope: AlertScope, idempotencyKey?: string | null): Promise<number>;
}

function isSurelyNotSent(error: unknown): error is Unreachable {
  return error instanceof Unreachable && error.surelyNotSent;
}

/** Whether the call may have been carried out, although no answer confirms it. */
function isUnclear(error: unknown): boolean {
  return isSimApiFailure(error) && !isRefusal(error) && !isSurelyNotSent(error);
}

function maybeMarked(): GatewayError {
  return new GatewayError('OUTCOME_UNKNOWN', {
    message:
      'The SIM API did not answer: some alerts may be marked as read. It is safe to mark them again, with another idempotency key.',
  });
}

export function createAlertActions(simApi: SimApi, loaders: Loaders, ledger: RequestLedger): AlertActions {
  async function mark(scope: AlertScope, entry: OpenEntry): Promise<number> {
    // A call marks the alerts of its answer, and the answer may be lost: the unread alerts are read before.
    const read = (markRead: boolean, offset: number) =>
      simApi.alerts.page(scope, { unreadOnly: true, markRead }, offset);
    const unread = (await allPages((offset) => read(false, offset))).filter(({ isRead }) => !isRead);
    const marked = new Set(unread.map(({ id }) => id));
    const seen = new Set<string>();
    if (marked.size === 0) return 0;
    if ('iccid' in scope && !(await entry.claim([scope.iccid])))
      throw new StoreUnavailable('no alert was marked as read');
    entry.sendForAll();
    for (;;) {
      // Marked alerts leave the list of unread alerts, so the next page is at offset 0 again.
      const page = await read(true, 0).catch((error: unknown) => {
        if (isSurelyNotSent(error) && seen.size === 0) entry.releaseClaim(fromSimApi(error));
        throw isUnclear(error) ? maybeMarked() : error;
      });
      const before = seen.size;
      for (const { id, isRead } of page.items) {
        seen.add(id);
        if (!isRead) marked.add(id);
      }
      if (page.sent >= page.total || seen.size === before) break;
    }
    loaders.forgetAll();
    return marked.size;
  }

  return {
    async markRead(scope, idempotencyKey = null) {
      const recorded = await ledger.record(
        { action: 'MARK_ALERTS_READ', arguments: scope, identity: scope, idempotencyKey },
        async (entry) => {
          if ('iccid' in scope) await entry.name([scope.iccid], null);
          const marked = await mark(scope, entry);
          if ('iccid' in scope) entry.recordOutcome(scope.iccid, succeeded);
          return { value: marked, completion: { outcome: 'SUCCEEDED', errorCode: null, answer: { marked } } };
        },
      );
      return 'value' in recorded ? recorded.value : (recorded.stored.answer as { marked: number }).marked;
    },
  };
}
