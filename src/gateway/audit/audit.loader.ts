import DataLoader from 'dataloader';
import type { AuditFilter, AuditStore } from '../../ledger/index.ts';
import { ConnectionPage } from '../common/connection.ts';
import type { Window } from '../common/paging.ts';
import { decodeRowCursor, encodeCursor } from '../common/sorted-page.ts';
import type { AuditEntry } from './audit.type.ts';

/** Reads the audit log of one tenant, for one request. Errors of all methods: StoreUnavailable. */
export interface AuditLoader {
  /** A page, newest first; its `totalCount` is 0 unless `isCounted`. Errors: BAD_USER_INPUT for an invalid cursor. */
  page(filter: AuditFilter, window: Window, isCounted: boolean): Promise<ConnectionPage<AuditEntry>>;
  /** ICCIDs of the first SIMs of an entry, in the order of the request. */
  iccids(entryId: string, limit: number): Promise<string[]>;
}

export function createAuditLoader(store: AuditStore, tenant: string): AuditLoader {
  const iccids = new DataLoader<{ entryId: string; limit: number }, string[], string>(
    async (keys) => {
      const limit = Math.max(...keys.map((key) => key.limit));
      const found = await store.iccids(
        tenant,
        keys.map(({ entryId }) => entryId),
        limit,
      );
      return found.map((list, index) => list.slice(0, keys[index]?.limit));
    },
    { cacheKeyFn: ({ entryId, limit }) => `${entryId} ${limit}` },
  );

  return {
    async page(filter, { count, cursor }, isCounted) {
      const behind = cursor === null ? null : decodeRowCursor(cursor);
      const [found, totalCount] = await Promise.all([
        store.page(tenant, filter, behind, count + 1),
        isCounted ? store.count(tenant, filter) : 0,
      ]);
      const nodes = found.slice(0, count);
      return new ConnectionPage(nodes, totalCount, (index) => encodeCursor(nodes[index] as AuditEntry), {
        hasNextPage: found.length > count,
        hasPreviousPage: behind !== null,
      });
    },
    iccids: (entryId, limit) => iccids.load({ entryId, limit }),
  };
}
