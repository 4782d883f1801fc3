/** Public interface of bulk operations: their targets, chunks and worker. */
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
