/** The paths of lists: pg with prepared statements on the table of the fleet index, one statement for each request. */
import pg from 'pg';
import { jsonOf } from './serve.mjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const columns = `iccid, name, state, msisdn, apn, last_data_session_at, group_name, data_limit_megabytes,
  used_bytes::double precision as used_bytes`;
const pageSize = 50;

const nodeOf = (row) => ({
  iccid: row.iccid,
  name: row.name,
  state: row.state,
  msisdn: row.msisdn,
  apn: row.apn,
  lastDataSessionAt: row.last_data_session_at,
  group: row.group_name === null ? null : { name: row.group_name },
  dataUsage: { limitMegabytes: row.data_limit_megabytes, usedBytes: row.used_bytes },
});

const pageOf = (rows) => ({
  nodes: rows.slice(0, pageSize).map(nodeOf),
  pageInfo: { hasNextPage: rows.length > pageSize },
});

async function page(after) {
  const { rows } = await pool.query({
    name: 'page',
    text: `select ${columns} from fleet_sim where tenant = 'default' and iccid > $1 order by iccid limit ${pageSize + 1}`,
    values: [after],
  });
  return JSON.stringify({ data: { sims: pageOf(rows) } });
}

async function search(_, parts) {
  const { states, groups, usedPercentAtLeast } = jsonOf(parts);
  const { rows } = await pool.query({
    name: 'search',
    text: `select ${columns}, count(*) over ()::int as total from fleet_sim
      where tenant = 'default' and state = any($1) and group_name = any($2) and used_percent >= $3
      order by used_bytes desc nulls last, iccid limit ${pageSize + 1}`,
    values: [states, groups, usedPercentAtLeast],
  });
  return JSON.stringify({ data: { sims: { totalCount: rows[0]?.total ?? 0, ...pageOf(rows) } } });
}

export const pgRoutes = { w4: page, w4f: search };
