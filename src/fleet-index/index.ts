/** The fleet index: synced from the SIM API, queried with SQL. Other modules import only from here. */
export { createFleetIndex } from './fleet-index.ts';
export type { IndexWriteBuffer } from './ingest/write-buffer.ts';
export { checkFilter } from './query/check-filter.ts';
export {
  decodeCursor,
  encodeCursor,
  isCursorPosition,
} from './query/cursor.ts';
export type { FleetScope } from './query/filter.store.ts';
export { hasConditions } from './query/filter-logic.ts';
export type { FleetCount, FleetStore } from './query/fleet.store.ts';
export { listParts } from './query/keyset-ranges.store.ts';
export {
  createResolveFilter,
  type ResolveFilter,
  requireComplete,
  requireIndex,
  scopeOfChange,
} from './query/resolve-filter.ts';
export {
  type SimFilter,
  type SimOrder,
  type SimOrderField,
  simOrderFields,
} from './query/sim-query.ts';
export type { FleetState } from './query/snapshot.store.ts';
export { costOf, type SimRow } from './sim-row.ts';
