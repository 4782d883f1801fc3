import 'reflect-metadata';
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { encodeCursor } from '../dist/fleet-index/query/cursor.js';
import { createFleetStore } from '../dist/fleet-index/query/fleet.store.js';
import { createFleetLoader } from '../dist/gateway/fleet/fleet.loader.js';

/**
 * Queries the index as the gateway does, records the statements and returns the plan of each as one line: for a prepared statement the
 * plan for all values, which PostgreSQL may keep, for any other the plan for these values.
 */
export async function openPlans(url) {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const noted = [];
  const db = new Kysely({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: ({ query: { sql, parameters } }) => noted.push({ sql, parameters, isPrepared: false }),
  });
  const readRows = async (statement, { isPrepared }) => {
    const { sql, parameters } = statement.compile(db.withoutPlugins());
    noted.push({ sql, parameters, isPrepared });
    return (await pool.query({ text: sql, values: [...parameters], rowMode: 'array' })).rows;
  };
  // Uses the account of the index.
  const { rows: read } = await pool.query('select account from fleet_sync');
  const store = createFleetStore(
    { runOnReadPool: (statements) => statements(db), readRows },
    read[0].account,
  );
  const loaders = { costs: { prime: () => undefined } };
  const month = new Date().toISOString().slice(0, 7);
  const loader = createFleetLoader(store, loaders, 'default', month);
  const plansOf = async (ask) => {
    noted.length = 0;
    await ask();
    // Excludes the statement for the planner's row estimate and the one for the sync state.
    const statements = noted.filter(({ sql }) => !/^\s*explain/i.test(sql) && /fleet_(sim|count)/.test(sql));
    const plans = [];
    for (const statement of statements) plans.push(lineOf(await explained(statement)));
    return plans;
  };
  const explain = 'explain (analyze, buffers, format json)';
  async function explained({ sql, parameters, isPrepared }) {
    const client = await pool.connect();
    try {
      if (isPrepared) {
        await client.query('set plan_cache_mode = force_generic_plan');
        await client.query(`prepare kept as ${sql}`);
      }
      const { rows } = isPrepared
        ? await client.query(
            `${explain} execute kept(${parameters.map((value) => literalOf(client, value))})`,
          )
        : await client.query(`${explain} ${sql}`, [...parameters]);
      return rows[0]['QUERY PLAN'][0];
    } finally {
      client.release(isPrepared);
    }
  }
  return {
    ofPage: ({ filter = null, orderBy = null, after = null }) =>
      plansOf(() =>
        loader.page({
          filter: filter && instants(filter),
          orderBy,
          window: { direction: 'forward', count: 50, cursor: after },
          group: null,
          isCounted: true,
        }),
      ),
    /** The cursor of the SIM at a position of a list, as the gateway encodes it. */
    async cursorAt({ field, direction }, place) {
      const column =
        { GROUP: 'group_name', COST: 'cost_amount', LAST_DATA_SESSION: 'last_data_session_at' }[field] ??
        field.toLowerCase();
      const { rows } = await pool.query(
        `select iccid, eid, msisdn, name, group_name as "groupName", state, used_percent as "usedPercent",
           cost_amount as "costAmount", last_data_session_at as "lastDataSessionAt"
         from fleet_sim order by ${column} ${direction} nulls last, iccid limit 1 offset $1`,
        [place - 1],
      );
      return encodeCursor(rows[0], field);
    },
    ofSummary: (filter) => plansOf(() => loader.summary(filter && instants(filter))),
    ofGroup: (group) => plansOf(() => loader.groupSummary(group)),
    end: () => db.destroy(),
  };
}

function literalOf(client, value) {
  if (value === null) return 'null';
  if (value instanceof Date) return client.escapeLiteral(value.toISOString());
  return client.escapeLiteral(Array.isArray(value) ? arrayText(value) : String(value));
}

const arrayText = (values) => `{${values.map((value) => JSON.stringify(value)).join(',')}}`;

/** A filter as the schema parses it: with instants as dates, also in the filters inside it. */
function instants(filter) {
  const parsed = Object.entries(filter).map(([name, value]) => {
    if (name === 'or') return [name, value.map(instants)];
    if (name === 'not') return [name, instants(value)];
    return [name, /(?:Before|After)$/.test(name) ? new Date(value) : value];
  });
  return Object.fromEntries(parsed);
}

/** The scans and sorts of a plan with their rows (rows times loops), and the total time. */
function lineOf({ Plan: plan, 'Execution Time': tookMs, 'Planning Time': plannedMs }) {
  const steps = [];
  const visit = (node) => {
    for (const below of node.Plans ?? []) visit(below);
    const { 'Node Type': type, 'Index Name': index, 'Relation Name': relation, 'CTE Name': cte } = node;
    const isReported =
      /Scan|Sort|Aggregate|WindowAgg/.test(type) &&
      !/Subquery|CTE Scan/.test(type) &&
      relation !== 'fleet_sync';
    if (!isReported || node['Actual Loops'] === 0) return;
    const rows = Math.round(node['Actual Rows'] * node['Actual Loops']);
    const dropped = (node['Rows Removed by Filter'] ?? 0) * node['Actual Loops'];
    const of = index ?? relation ?? cte;
    if (type !== 'WindowAgg')
      steps.push(`${type}${of ? ` ${of}` : ''} ${rows}${dropped > 0 ? ` (${dropped} skipped)` : ''}`);
  };
  visit(plan);
  const buffers = plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  return `${steps.join(' > ')}: ${tookMs.toFixed(1)} ms (${plannedMs.toFixed(1)} to plan), ${buffers} blocks, ${plan['Shared Read Blocks']} of them read`;
}
