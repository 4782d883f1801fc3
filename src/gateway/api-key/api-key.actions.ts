import { type ApiKeyRow, type ApiKeyStore, createApiKey, noSuchKey, type Scope } from '../../auth/index.ts';
import { badUserInput } from '../../errors/index.ts';
import type { RecordedAction, RequestLedger } from '../../ledger/index.ts';

export interface NewKeyInput {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly groups: readonly string[] | null;
  readonly expiresAt: Date | null;
}

/** A new key and its row. The key is nowhere else: it can be shown only now. */
export interface ShownKey {
  readonly key: string;
  readonly row: ApiKeyRow;
}

/** Creates, rotates and revokes API keys, for one request. Errors of all methods: those of the ledger; StoreUnavailable, CommitUnclear. */
export interface ApiKeyActions {
  /** Errors: BAD_USER_INPUT if there is, or was, a key of this name. */
  create(input: NewKeyInput): Promise<ShownKey>;
  /** Replaces the key of a name; the replaced one stays valid for `overlapSeconds`. Errors: NOT_FOUND, BAD_USER_INPUT. */
  rotate(name: string, overlapSeconds: number): Promise<ShownKey>;
  /**
   * Revokes a key, and returns when it was revoked first. `cancelOperations` is only recorded: whether its bulk operations are cancelled
   * after that. Errors: NOT_FOUND.
   */
  revoke(name: string, cancelOperations: boolean): Promise<Date>;
}

export function createApiKeyActions(store: ApiKeyStore, ledger: RequestLedger): ApiKeyActions {
  async function record<T>(action: RecordedAction, values: object, run: () => Promise<T>): Promise<T> {
    const recorded = await ledger.record<T>({ action, arguments: values, identity: values }, async () => ({
      value: await run(),
      completion: { outcome: 'SUCCEEDED', errorCode: null },
    }));
    // Only the answer to an idempotency key is replayed, and a key can be shown only once.
    if (!('value' in recorded)) throw new Error('the management of API keys takes no idempotency key');
    return recorded.value;
  }

  return {
    create: (input) =>
      record('CREATE_API_KEY', input, async () => {
        const { id, key, hash } = createApiKey();
        const row = await store.create({ ...input, id, hash });
        if (row === null)
          throw badUserInput(
            'name',
            'must be new: there is, or was, an API key of this name, and the audit log identifies callers by it',
          );
        return { key, row };
      }),

    rotate: (name, overlapSeconds) =>
      record('ROTATE_API_KEY', { name, overlapSeconds }, async () => {
        let key = '';
        const next = (id: string) => {
          const created = createApiKey(id);
          key = created.key;
          return created;
        };
        const row = await store.rotate(name, next, overlapSeconds);
        return { key, row };
      }),

    revoke: (name, cancelOperations) =>
      record('REVOKE_API_KEY', { name, cancelOperations }, async () => {
        const revokedAt = await store.revoke(name);
        if (revokedAt === null) throw noSuchKey();
        return revokedAt;
      }),
  };
}
