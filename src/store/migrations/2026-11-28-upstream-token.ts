import { type Kysely, type Migration, sql } from 'kysely';

/**
 * The access token that gateways of one SIM API account share, encrypted with a key made of the account's password. `claimed_until`: one
 * of them logs in until then, under the id `claim`.
 */
export const upstreamToken: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table upstream_token (
      account text primary key,
      sealed bytea,
      ends_at timestamptz,
      claim uuid,
      claimed_until timestamptz not null default '-infinity'
    )`.execute(db);
  },
};
