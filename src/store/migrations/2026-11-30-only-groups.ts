import { type Kysely, type Migration, sql } from 'kysely';

/** The groups that the caller of a bulk operation was limited to. */
export const onlyGroups: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table bulk_operation add column only_groups text[]`.execute(db);
  },
};
