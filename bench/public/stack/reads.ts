import { Cancellation } from '../../../src/base/cancellation.ts';
import { systemClock } from '../../../src/base/clock.ts';
import type { Requester } from '../../../src/sim-api/joined-call.ts';
import { JoinedReads } from '../../../src/sim-api/joined-reads.ts';
import { createTransport, type HttpAnswer } from '../../../src/sim-api/layers/transport.ts';
import { PendingCall } from '../../../src/sim-api/pending-call.ts';
import type { Post, User } from './schema.ts';

/** The gateway's defaults. */
const concurrency = 10;
const timeoutMs = 10_000;
const connectTimeoutMs = 3000;
const limits = { maxKeys: 1000, maxBytes: 7500 };

/** The reads of all requests, which share calls of the upstream. */
export interface Reads {
  posts(requester: Requester): Promise<readonly Post[]>;
  /** Shape: same length and order as the ids. */
  users(ids: readonly string[], requester: Requester): Promise<readonly (User | Error)[]>;
}

/** `isJoined`: requests share calls. */
export function createReads(upstreamUrl: string, isJoined: boolean): Reads {
  const dispatch = createTransport(upstreamUrl, concurrency, connectTimeoutMs).dispatch(jsonOf);
  const joined = new JoinedReads(concurrency, systemClock);
  const stopping = new Cancellation();

  async function get<T>(operation: string, target: string, { trace, cancellation }: Requester): Promise<T> {
    const call = new PendingCall(
      {
        operation,
        method: 'GET',
        target,
        keys: [],
        trace,
        deadlineMs: timeoutMs,
        isProbe: false,
        isJoined: false,
        stopping,
        cancellation,
      },
      systemClock,
    );
    call.timeoutMs = timeoutMs;
    return (await dispatch(call)) as T;
  }

  async function usersById(ids: readonly string[], requester: Requester): Promise<Map<string, User>> {
    const found = await get<User[]>('users', `users?${ids.map((id) => `id=${id}`).join('&')}`, requester);
    return new Map(found.map((user) => [String(user.id), user]));
  }

  const read = <T>(
    operation: string,
    keys: readonly string[],
    requester: Requester,
    readKeys: (keys: readonly string[], requester: Requester) => Promise<T>,
  ): Promise<T[]> =>
    isJoined
      ? joined.read<T>({
          operation,
          kind: operation,
          keys,
          limits,
          requester,
          alone: (own) => readKeys(own, requester),
          together: readKeys,
          causeOf: () => 'any key',
          isUncertain: () => false,
        })
      : Promise.all([readKeys(keys, requester)]);

  return {
    async posts(requester) {
      const [posts] = await read('posts', [], requester, (_, by) => get<Post[]>('posts', 'posts', by));
      return posts ?? [];
    },
    async users(ids, requester) {
      const answers = await read('users', ids, requester, usersById);
      return ids.map((id) => answers.find((users) => users.has(id))?.get(id) ?? new Error('No such user'));
    },
  };
}

function jsonOf(_: PendingCall, { status, body }: HttpAnswer): unknown {
  if (status !== 200) throw new Error(`HTTP ${status}`);
  return JSON.parse(body);
}
