import type { AlertScope, SimApi } from '../../sim-api/index.ts';

/** Changes alerts, for one request. */
export interface AlertActions {
  /**
   * Marks the unread alerts of a scope as read and counts them. The SIM API marks what it answers, a page at a time.
   * Errors: what the SIM API fails with; alerts marked until then stay so.
   */
  markRead(scope: AlertScope): Promise<number>;
}

/** Actions over reads that mark what they answer. */
export function createAlertActions(simApi: SimApi): AlertActions {
  return {
    async markRead(scope) {
      const marked = new Set<string>();
      for (;;) {
        // What was marked has left the list of the unread ones, so the next page is the first one again.
        const page = await simApi.alerts.page(scope, { unreadOnly: true, markRead: true }, 0);
        const before = marked.size;
        for (const { id, isRead } of page.items) if (!isRead) marked.add(id);
        if (page.sent >= page.total || marked.size === before) return marked.size;
      }
    },
  };
}
