import { select } from './ledger.mjs';

/**
 * Records in a database of the proof which gateway leases and releases chunks; call it once the tables exist. Gateways are
 * identified by the application_name of their connections, see `replicaUrl`.
 */
export async function watchChunks(url) {
  await select(
    url,
    `create table proof_chunk (
       at timestamptz not null default clock_timestamp(), operation_id uuid, number integer, owner uuid, gateway text, what text);
     create function proof_note_chunk() returns trigger language plpgsql as $$
     begin
       insert into proof_chunk (operation_id, number, owner, gateway, what)
       values (new.operation_id, new.number, coalesce(new.owner, old.owner), current_setting('application_name'),
         case when new.lease_token is not null then 'taken' when new.status = 'DONE' then 'done' else 'free' end);
       return null;
     end $$;
     create trigger proof_chunk after update on bulk_chunk for each row
       when (new.lease_token is distinct from old.lease_token) execute function proof_note_chunk()`,
  );
}

/** The database URL for a gateway with this name. */
export function replicaUrl(url, gateway) {
  return `${url}?application_name=${gateway}`;
}

/**
 * The recorded events: chunks done by each gateway, how often a gateway took over the chunk of another one, and how often the
 * gateway that had lost the chunk then leased it again.
 */
export async function chunkShares(url) {
  const rows = await select(
    url,
    `select operation_id, number, owner, gateway, what, extract(epoch from at)::float8 * 1000 as at from proof_chunk order by at`,
  );
  const done = {};
  const holders = new Map();
  const losers = new Map();
  let [takenOver, cameBack] = [0, 0];
  for (const { operation_id: id, number, owner, gateway, what } of rows) {
    const key = `${id} ${number}`;
    if (what === 'taken') {
      if (losers.get(key) === owner) cameBack++;
      losers.delete(key);
      holders.set(key, gateway);
      continue;
    }
    if (what === 'done' && number >= 0) done[gateway] = (done[gateway] ?? 0) + 1;
    if (what === 'free' && holders.get(key) !== gateway) {
      takenOver++;
      losers.set(key, owner);
    }
    holders.delete(key);
  }
  return { done, takenOver, cameBack, events: rows };
}
