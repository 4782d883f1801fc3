/** Public interface of bulk operations: their targets, previews, chunks and worker. */
export { createBulk } from './bulk.ts';
export { ChangeTally, type RefusedSims } from './change-tally.ts';
export { enumerationCalls } from './enumerate-group.ts';
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
