/** Bulk operations: their targets, their chunks, and the worker. What other modules may import. */
export { createBulk } from './bulk.ts';
export {
  type BulkStore,
  createBulkStore,
  type NewTarget,
  type OperationRow,
} from './operations.store.ts';
export {
  chunkSizeFor,
  isCountedLater,
  longerRef,
  maxSims,
  namesCheck,
  tooMany,
  totalCheck,
} from './target.ts';
