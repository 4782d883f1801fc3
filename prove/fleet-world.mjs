import { createWorld, worldOf } from './world.mjs';

/** In a new world some transitions take up to three days. */
const transitionsEndAfterMs = 4 * 86_400_000;
/** The default of the gateway for the length of a URL. */
const maxUrlBytes = 7500;

/**
 * Creates a world of `sims` SIMs whose initial transitions have all settled; `rate` 0 stops its clock. Returns its control API and
 * `env`, the account settings of a gateway.
 */
export async function createFleetWorld(sandboxUrl, sims, { rate = 0 } = {}) {
  const id = await createWorld(sandboxUrl, {
    sims,
    clock: { startAt: Date.now() - transitionsEndAfterMs, rate: 0 },
  });
  const control = async (method, resource, body) => {
    const url = new URL(`/_sandbox/worlds/${id}/${resource}`, sandboxUrl);
    const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}`);
    await response.arrayBuffer();
  };
  await control('POST', 'clock', { to: Date.now(), rate });
  return {
    ...worldOf(sandboxUrl, id),
    env: { SIM_API_USERNAME: id, SIM_API_PASSWORD: id },
    removeSim: (iccid) => control('DELETE', `sims/${iccid}`),
    /** Calls by path, without logins. */
    async callsByPath() {
      const { '/oauth/token': _, ...byPath } = await worldOf(sandboxUrl, id).callsByPath();
      return byPath;
    },
    /** Advances the clock or sets its rate; `rate` 0 stops it. */
    setClock: (clock) => control('POST', 'clock', clock),
    simApi: () => simApiOf(sandboxUrl, id),
  };
}

/** The SIM API of a world as a client without a gateway would use it, with 10 concurrent calls. */
async function simApiOf(sandboxUrl, id) {
  const login = new URLSearchParams({ grant_type: 'password', client_id: id, username: id, password: id });
  const granted = await fetch(`${sandboxUrl}/oauth/token?${login}`, { method: 'POST' });
  const { access_token: token } = await granted.json();
  let calls = 0;
  const call = async (method, path, params) => {
    calls++;
    return fetch(`${sandboxUrl}${path}?${new URLSearchParams(params)}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
    });
  };
  const get = async (path, params) => {
    const answer = await call('GET', path, params);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return answer.json();
  };
  return {
    calls: () => calls,
    /** Changes SIMs; returns whether the SIM API accepted the change. */
    async change(path, params) {
      const answer = await call('PUT', path, params);
      await answer.arrayBuffer();
      return answer.ok;
    },
    /** All SIMs of the account in the format of the SIM API. */
    async list() {
      const { sims, total } = await get('/get_account_sims', { offset: 0 });
      const offsets = Array.from(
        { length: Math.ceil(total / sims.length) - 1 },
        (_, page) => (page + 1) * sims.length,
      );
      const pages = await tenAtATime(
        offsets,
        async (offset) => (await get('/get_account_sims', { offset })).sims,
      );
      return [sims, ...pages].flat();
    },
    /** Bytes used this month by ICCID. */
    async usedBytes(iccids) {
      const now = new Date();
      const month = { month: now.getUTCMonth() + 1, year: now.getUTCFullYear() };
      const answers = await tenAtATime(chunksOf(iccids), (chunk) =>
        get('/get_sim_costs', { ...month, iccid: chunk.join(',') }),
      );
      return new Map(answers.flat().map(({ iccid, data_used: used }) => [iccid, used]));
    },
  };
}

async function tenAtATime(items, doIt) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await doIt(items[index]);
    }
  };
  await Promise.all(Array.from({ length: 10 }, worker));
  return results;
}

/** Splits ICCIDs into as few lists as the maximum URL length allows; commas are not escaped, as in the gateway's calls. */
export function chunksOf(iccids) {
  const before = '/v1/get_sim_costs?month=12&year=2026&iccid='.length;
  const chunks = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const iccid of iccids) {
    if (bytes + 1 + iccid.length > maxUrlBytes || chunks.at(-1).length === 1000) {
      chunks.push([]);
      bytes = before - 1;
    }
    chunks.at(-1).push(iccid);
    bytes += 1 + iccid.length;
  }
  return chunks;
}
