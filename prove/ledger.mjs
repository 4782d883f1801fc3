import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { traceOf, traceOfEffect } from './mutations.mjs';

/** The address of the database that runs in a data folder. */
export function embeddedUrl(dataDir) {
  const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
  const port = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3];
  return `postgresql://sim_gateway:${password}@127.0.0.1:${port}/sim_gateway`;
}

/** Runs SQL: rows of one statement. */
export async function select(url, sql, values = []) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** What is written down under the keys of mutations: key -> {outcome, simCount, sims: ICCID -> status}. */
export async function readEntries(url, mutations) {
  const rows = await select(
    url,
    `select key, outcome, sim_count, iccid, status
     from idempotency_key join audit_entry on audit_entry.id = idempotency_key.entry_id
       left join change_sim on change_sim.entry_id = audit_entry.id
     where key = any($1)`,
    [mutations.map(({ key }) => key)],
  );
  const entries = new Map();
  for (const { key, outcome, sim_count: simCount, iccid, status } of rows) {
    if (!entries.has(key)) entries.set(key, { outcome, simCount, sims: new Map() });
    if (iccid !== null) entries.get(key).sims.set(iccid, status);
  }
  return entries;
}

/** Entries and SIMs of the whole log that are left open, and SIMs that were counted but not written down, or the other way round. */
export async function leftOpen(url) {
  const [row] = await select(
    url,
    `select (select count(*) from audit_entry where outcome = 'OPEN')::int as entries,
       (select count(*) from change_sim where status in ('PENDING', 'SENDING'))::int as sims,
       (select count(*) from change_sim)::int - (select coalesce(sum(sim_count), 0) from audit_entry)::int as difference`,
  );
  return row.entries + row.sims + Math.abs(row.difference);
}

/** Entries and SIMs of the whole log that are left open. */
export async function stillOpen(url) {
  const [row] = await select(
    url,
    `select (select count(*) from audit_entry where outcome = 'OPEN')::int as entries,
       (select count(*) from change_sim where status in ('PENDING', 'SENDING'))::int as sims`,
  );
  return row.entries + row.sims;
}

/** An empty count of everything that `judge` counts. */
export const emptyVerdict = () => ({
  statuses: { SUCCEEDED: 0, FAILED: 0, UNKNOWN: 0, NOT_SENT: 0 },
  /** SIMs of mutations that left nothing under their key: nothing was sent. */
  notBegun: 0,
  unknownDone: 0,
  twice: [],
  unaccounted: [],
  contradictions: [],
});

/**
 * Holds mutations, and what is written down of them, against what the sandbox really did, and adds to a verdict. The same change
 * of one SIM must be asked for by one mutation only.
 */
export function judge(verdict, mutations, entries, effects) {
  const done = new Map();
  for (const effect of effects) {
    const trace = traceOfEffect(effect);
    done.set(trace, (done.get(trace) ?? 0) + 1);
  }
  const { statuses, twice, unaccounted, contradictions } = verdict;
  for (const [trace, count] of done) if (count > 1) twice.push(`${trace}: ${count} times`);
  const asked = new Set();
  for (const { key, path, said, iccids, alreadySo } of mutations) {
    const entry = entries.get(key);
    if (entry?.outcome === 'OPEN') unaccounted.push(`${path} ${key}: open`);
    for (const iccid of iccids) {
      const trace = traceOf(path, iccid, said);
      if (asked.has(trace)) throw new Error(`the proof asks twice for ${trace}`);
      asked.add(trace);
      const isDone = done.has(trace);
      const status = entry?.sims.get(iccid);
      if (status === undefined) {
        verdict.notBegun++;
        if (entry !== undefined && entry.simCount > 0) unaccounted.push(`${trace}: no row`);
        if (isDone) contradictions.push(`${trace}: done and not written down`);
      } else if (!(status in statuses)) {
        unaccounted.push(`${trace}: ${status}`);
      } else {
        statuses[status]++;
        if (status === 'UNKNOWN' && isDone) verdict.unknownDone++;
        const isRight =
          status === 'UNKNOWN' || (status === 'SUCCEEDED' ? isDone || alreadySo.has(iccid) : !isDone);
        if (!isRight) contradictions.push(`${trace}: ${status}, ${isDone ? '' : 'not '}done`);
      }
    }
  }
  for (const trace of done.keys()) if (!asked.has(trace)) contradictions.push(`${trace}: never asked for`);
}

/**
 * Answers that say otherwise than what is written down. What was unknown may have come to be known as SUCCEEDED, and a mutation of
 * which nothing was sent for want of the database leaves its key free.
 */
export function falseAnswers(mutation, { results }, entries) {
  if (results === undefined) return [];
  const sims = entries.get(mutation.key)?.sims;
  return [...results].flatMap(([iccid, text]) => {
    const stored = sims?.get(iccid);
    const isFree = sims === undefined && ['FAILED', 'NOT_SENT'].includes(text);
    const isSo = stored === text || isFree || (text === 'UNKNOWN' && stored === 'SUCCEEDED');
    return isSo ? [] : [`${mutation.path} ${iccid}: told ${text}, written down as ${stored}`];
  });
}

/** A list as one cell: how many, and the first of them. */
export const counted = (list) =>
  list.length === 0 ? '0' : `${list.length} (${list.slice(0, 3).join('; ')})`;
