import { type Kysely, type Migration, sql } from 'kysely';

/**
 * The text that a filter searches for may be a phone number or an IMSI, which the audit log must not hold: of texts that were written
 * there its length is kept, as new entries have it. The owner of the tables alone can set the guard of finished entries aside.
 */
export const auditedFilters: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const search = `arguments #>> '{targetFilter,search}'`;

const statements = [
  'alter table audit_entry disable trigger audit_entry_is_final',
  `update audit_entry
    set arguments = jsonb_set(arguments #- '{targetFilter,search}', '{targetFilter,searchLength}', to_jsonb(length(${search})))
    where ${search} is not null`,
  'alter table audit_entry enable trigger audit_entry_is_final',
];
