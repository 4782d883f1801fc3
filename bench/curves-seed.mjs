/** Writes SIMs straight into the tables of the index: a first full sync of a million SIMs takes longer than the rest of the benchmark. */

import { once } from 'node:events';
import { chmodSync, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { temporaryFolder } from '../prove/programs.mjs';
import { root } from '../scripts/command.mjs';
import { costOf, simOf } from './fleet.mjs';

/** The functions of the gateway that make rows of SIMs: a full sync finds the rows unchanged then. */
async function importRows(folder) {
  const outfile = join(folder, 'rows.mjs');
  await build({
    stdin: {
      contents: `export { decodeSim } from './src/sim-api/wire/sim.wire.ts';
        export { decodeSimCost } from './src/sim-api/wire/cost.wire.ts';
        export { columnsOf, costColumnsOf } from './src/fleet-index/sim-row.ts';`,
      resolveDir: root,
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}

/** A value in the CSV format of COPY. */
function cellOf(value) {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return `"{${value.join()}}"`;
  return `"${(value instanceof Date ? value.toISOString() : String(value)).replaceAll('"', '""')}"`;
}

/** Adds the SIMs `from` to `to` to the index of a stopped gateway. */
export async function seedIndex(client, from, to) {
  const folder = temporaryFolder();
  // The server reads the file, and may run as another user.
  chmodSync(folder.path, 0o755);
  try {
    await copyRows(client, folder.path, from, to);
  } finally {
    folder.remove();
  }
}

async function copyRows(client, folder, from, to) {
  const { decodeSim, decodeSimCost, columnsOf, costColumnsOf } = await importRows(folder);
  const now = new Date();
  const month = { month: now.getUTCMonth() + 1, year: now.getUTCFullYear() };
  const monthText = now.toISOString().slice(0, 7);
  const recordOf = (index) => {
    const sim = decodeSim(simOf(index));
    const cost = decodeSimCost(costOf(index, month), monthText);
    const times = { cost_asked_at: now, observed_at: now };
    return { tenant: 'default', ...columnsOf(sim), ...costColumnsOf(sim, monthText, cost), ...times };
  };
  const path = join(folder, 'sims.csv');
  const file = createWriteStream(path);
  for (let index = from; index < to; index += 1) {
    const line = `${Object.values(recordOf(index)).map(cellOf).join()}\n`;
    if (!file.write(line)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  const { rows: indexes } = await client.query(
    "select indexname, indexdef from pg_indexes where tablename = 'fleet_sim' and indexname <> 'fleet_sim_pkey'",
  );
  // An index is built faster than it is updated for each row.
  for (const { indexname } of indexes) await client.query(`drop index ${indexname}`);
  await client.query(
    `copy fleet_sim (${Object.keys(recordOf(from)).join()}) from '${path}' with (format csv)`,
  );
  await client.query("set maintenance_work_mem = '512MB'");
  for (const { indexdef } of indexes) await client.query(indexdef);
}
