import { type Kysely, type Migration, sql } from 'kysely';

/** Database indexes of the orders by cost, EID and phone number, which are by character. The change of a collation rewrites no row. */
export const fleetOrders: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const indexBy = (column: string) =>
  `create index fleet_sim_${column} on fleet_sim (tenant, ${column}, iccid)`;

const statements = [
  // As for names: an entry of a database index holds about 2700 bytes.
  'update fleet_sim set msisdn = left(msisdn, 255) where length(msisdn) > 255',
  `alter table fleet_sim alter column eid type text collate "C", alter column msisdn type text collate "C"`,
  ...['cost_amount', 'eid', 'msisdn'].map(indexBy),
  // Very many SIMs have the same cost, the price of their plan: they cannot be sorted by ICCID each time.
  'create index fleet_sim_cost_amount_desc on fleet_sim (tenant, cost_amount desc, iccid)',
];
