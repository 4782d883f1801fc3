/** Bulk operations: their targets, their chunks, and the worker. What other modules may import. */
export { createBulk } from './bulk.ts';
export { type BulkStore, createBulkStore, type KeptOperation, type NewTarget } from './operations.store.ts';
export {
  chunkSizeFor,
  isCountedLater,
  longestOf,
  mostSims,
  namesCheck,
  tooMany,
  totalCheck,
} from './target.ts';
