import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { traceOf, traceOfEffect } from './mutations.mjs';

/** URL of the database that runs in a data folder. */
export function embeddedUrl(dataDir) {
  const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
  const port = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3];
  return `postgresql://sim_gateway:${password}@127.0.0.1:${port}/sim_gateway`;
}

/** Runs one SQL statement; returns its rows. */
export async function select(url, sql, values = []) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Reads the recorded entries by the keys of mutations: key -> {outcome, simCount, sims: ICCID -> status}. */
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

/** Number of open entries and SIMs of the whole audit log, plus the difference between counted and recorded SIMs. */
export async function leftOpen(url) {
  const [row] = await select(
    url,
    `select (select count(*) from audit_entry where outcome = 'OPEN')::int as entries,
       (select count(*) from change_sim where status in ('PENDING', 'SENDING'))::int as sims,
       (select count(*) from change_sim)::int - (select coalesce(sum(sim_count), 0) from audit_entry)::int as difference`,
  );
  return row.entries + row.sims + Math.abs(row.difference);
}

/** Number of open entries and SIMs of the whole audit log. */
export async function stillOpen(url) {
  const [row] = await select(
    url,
    `select (select count(*) from audit_entry where outcome = 'OPEN')::int as entries,
       (select count(*) from change_sim where status in ('PENDING', 'SENDING'))::int as sims`,
  );
  return row.entries + row.sims;
}

/** An empty verdict for `judge`. */
export const emptyVerdict = () => ({
  statuses: { SUCCEEDED: 0, FAILED: 0, UNKNOWN: 0, NOT_SENT: 0 },
  /** SIMs of mutations without an entry for their key: nothing was sent. */
  notBegun: 0,
  unknownDone: 0,
  twice: [],
  unaccounted: [],
  contradictions: [],
});

/**
 * Compares mutations and their recorded entries with the effects in the sandbox, and adds the result to a verdict. The same change
 * of one SIM must be requested by one mutation only.
 */
export function check(verdict, mutations, entries, effects) {
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
      if (asked.has(trace)) throw new Error(`the proof requests ${trace} twice`);
      asked.add(trace);
      const isDone = done.has(trace);
      const status = entry?.sims.get(iccid);
      if (status === undefined) {
        verdict.notBegun++;
        if (entry !== undefined && entry.simCount > 0) unaccounted.push(`${trace}: no row`);
        if (isDone) contradictions.push(`${trace}: applied and not recorded`);
      } else if (!(status in statuses)) {
        unaccounted.push(`${trace}: ${status}`);
      } else {
        statuses[status]++;
        if (status === 'UNKNOWN' && isDone) verdict.unknownDone++;
        const isRight =
          status === 'UNKNOWN' || (status === 'SUCCEEDED' ? isDone || alreadySo.has(iccid) : !isDone);
        if (!isRight) contradictions.push(`${trace}: ${status}, ${isDone ? '' : 'not '}applied`);
      }
    }
  }
  for (const trace of done.keys()) if (!asked.has(trace)) contradictions.push(`${trace}: never requested`);
}

/**
 * Answers that contradict the recorded entries. Allowed: an UNKNOWN that was later resolved to SUCCEEDED, and a mutation that sent
 * nothing because the database was unavailable and left its key unused.
 */
export function falseAnswers(mutation, { results }, entries) {
  if (results === undefined) return [];
  const sims = entries.get(mutation.key)?.sims;
  return [...results].flatMap(([iccid, text]) => {
    const stored = sims?.get(iccid);
    const isFree = sims === undefined && ['FAILED', 'NOT_SENT'].includes(text);
    const isSo = stored === text || isFree || (text === 'UNKNOWN' && stored === 'SUCCEEDED');
    return isSo ? [] : [`${mutation.path} ${iccid}: answered ${text}, recorded as ${stored}`];
  });
}

/** A list as one table cell: its length and the first entries. */
export const counted = (list) =>
  list.length === 0 ? '0' : `${list.length} (${list.slice(0, 3).join('; ')})`;
