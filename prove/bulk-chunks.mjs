import { select } from './ledger.mjs';

/**
 * Has a database of the proof's own note who takes chunks and puts them down; to be called when the tables are there. Gateways are
 * told apart by the application_name of their connections, see `replicaUrl`.
 */
export async function watchChunks(url) {
  await select(
    url,
    `create table proof_chunk (
       at timestamptz not null default clock_timestamp(), operation_id uuid, number integer, gateway text, what text);
     create function proof_note_chunk() returns trigger language plpgsql as $$
     begin
       insert into proof_chunk (operation_id, number, gateway, what)
       values (new.operation_id, new.number, current_setting('application_name'),
         case when new.owner is not null then 'taken' when new.status = 'DONE' then 'done' else 'free' end);
       return null;
     end $$;
     create trigger proof_chunk after update on bulk_chunk for each row
       when (new.owner is distinct from old.owner) execute function proof_note_chunk()`,
  );
}

/** The address of a database for a gateway of this name. */
export function replicaUrl(url, gateway) {
  return `${url}?application_name=${gateway}`;
}

/** What was noted: chunks done by each gateway, and how often one took a chunk from another that had it in hand. */
export async function chunkShares(url) {
  const rows = await select(
    url,
    `select operation_id, number, gateway, what, extract(epoch from at)::float8 * 1000 as at from proof_chunk order by at`,
  );
  const done = {};
  const holders = new Map();
  let takenOver = 0;
  for (const { operation_id: id, number, gateway, what } of rows) {
    const key = `${id} ${number}`;
    const holder = holders.get(key);
    if (what === 'taken') holders.set(key, gateway);
    else holders.delete(key);
    if (what === 'done' && number >= 0) done[gateway] = (done[gateway] ?? 0) + 1;
    if (holder !== undefined && holder !== gateway && what === 'free') takenOver++;
  }
  return { done, takenOver, events: rows };
}
