import { type Kysely, type Migration, sql } from 'kysely';

/**
 * API keys: the SHA-256 of each, never the key itself. `id` is the public part of a key. A row is never deleted, so that the name of a
 * revoked key is never given to another caller: the audit log identifies callers by it. `previous_hash`: the key before the last
 * rotation, valid until `previous_until`.
 */
export const apiKeys: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table api_key (
      id text primary key,
      account text not null,
      name text not null,
      hash bytea not null check (octet_length(hash) = 32),
      previous_hash bytea check (octet_length(previous_hash) = 32),
      previous_until timestamptz,
      scopes text[] not null,
      groups text[],
      created_at timestamptz not null default clock_timestamp(),
      expires_at timestamptz,
      last_used_at timestamptz,
      revoked_at timestamptz,
      unique (account, name),
      check ((previous_hash is null) = (previous_until is null))
    )`.execute(db);
  },
};
