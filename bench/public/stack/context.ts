import { anonymous } from '../../../src/auth/index.ts';
import type { Cancellation } from '../../../src/base/cancellation.ts';
import { ListLoader } from '../../../src/gateway/common/list-loader.ts';
import { OperationEstimate } from '../../../src/gateway/common/operation-estimate.ts';
import type { CallTrace } from '../../../src/sim-api/index.ts';
import type { Reads } from './reads.ts';
import type { Post, User } from './schema.ts';

/** Passed to every resolver: what the HTTP layer needs of a request, and the reads. */
export class PublicContext {
  readonly principal = anonymous;
  readonly hiddenFields = null;
  readonly hasIdempotencyKey = false;
  readonly trace: CallTrace;
  readonly estimate = new OperationEstimate();
  /** The users of this request, by their id as text. */
  readonly users: ListLoader<User>;

  constructor(
    private readonly reads: Reads,
    readonly requestId: string,
    readonly cancellation: Cancellation,
  ) {
    this.trace = { requestId, upstreamCalls: 0, sharedCalls: 0, unreadableItems: 0 };
    this.users = new ListLoader((ids) => reads.users(ids, this));
  }

  posts(): Promise<readonly Post[]> {
    return this.reads.posts(this);
  }
}
