/** The control API of a world of a sandbox, see docs/sandbox.md; `sandboxUrl` ends in /v1. */
export function worldOf(sandboxUrl, id = 'sandbox') {
  const call = async (method, resource, body) => {
    const url = new URL(`/_sandbox/worlds/${id}/${resource}`, sandboxUrl);
    const response = await fetch(url, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    sims: async (query = '') => (await call('GET', `sims?limit=1000000${query}`)).sims,
    effects: async () => (await call('GET', 'effects')).effects,
    /** Effects of one path, optionally of one message or group only. */
    effectsOf: async (path, said) =>
      (await call('GET', `effects?path=${encodeURIComponent(path)}`)).effects.filter(
        ({ params }) => said === undefined || [params.message, params.group].includes(said),
      ),
    /** Number of changes of one path, in total and by ICCID. */
    effectCounts: (path) => call('GET', `effects?counts=true&path=${encodeURIComponent(path)}`),
    calls: () => call('GET', 'calls'),
    /** Calls by path. */
    callsByPath: async () => (await call('GET', 'calls')).byPath,
    addFaults: (...faults) => call('POST', 'faults', faults),
    /** Makes the SIM API report wrong values of a SIM. */
    patchSim: (iccid, fields) => call('PATCH', `sims/${iccid}`, fields),
    addSims: (count) => call('POST', 'sims', { count }),
    setBehaviour: (behaviour) => call('PATCH', 'behaviour', behaviour),
    clear: async (...resources) => {
      for (const resource of resources) await call('DELETE', resource);
    },
  };
}

/**
 * Collects the calls to a world continuously, because the sandbox stores only the last 20,000. Returns a function that ends this
 * and returns all calls in order.
 */
export function followCalls(world, everyMs = 10_000) {
  const calls = [];
  const sample = async () => {
    const { total, calls: stored } = await world.calls();
    for (const [index, each] of stored.entries()) calls[total - stored.length + index] = each;
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(sample).catch(() => undefined);
  }, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await looking;
    await sample();
    return calls.filter(() => true);
  };
}

/** The SIM API without a gateway: a function that makes a call and returns its answer. */
async function directly(sandboxUrl) {
  const login = new URLSearchParams({
    grant_type: 'password',
    client_id: 'sandbox',
    username: 'sandbox',
    password: 'sandbox',
  });
  const granted = await fetch(`${sandboxUrl}/oauth/token?${login}`, { method: 'POST' });
  const { access_token: token } = await granted.json();
  return async (method, path, params) => {
    const answer = await fetch(`${sandboxUrl}${path}?${new URLSearchParams(params)}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 200)}`);
    return text;
  };
}

/** All SIMs of the account as the SIM API returns them, page by page, for fleets that are too large for one answer. */
export async function* listDirectly(sandboxUrl) {
  const call = await directly(sandboxUrl);
  for (let offset = 0, more = true; more; ) {
    const { sims } = JSON.parse(await call('GET', '/get_account_sims', { offset }));
    yield* sims;
    offset += sims.length;
    more = sims.length > 0;
  }
}

/** Changes SIMs directly at the SIM API, without a gateway, in calls of 500 SIMs; `path` is such as /set_group. */
export async function changeDirectly(sandboxUrl, path, params, iccids) {
  const call = await directly(sandboxUrl);
  for (let from = 0; from < iccids.length; from += 500)
    await call('PUT', path, { ...params, iccid: iccids.slice(from, from + 500).join(',') });
}

/** Creates another world in the sandbox; returns its id, which is also its user name and password. */
export async function createWorld(sandboxUrl, options) {
  const response = await fetch(new URL('/_sandbox/worlds', sandboxUrl), {
    method: 'POST',
    body: JSON.stringify(options),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()).id;
}

/** Ordinary SIMs that are not in transition, by state. */
export function stableByState(sims) {
  const byState = new Map();
  for (const sim of sims) {
    if (sim.status.primary === 'PENDING' || sim.iccid.startsWith('8937204999')) continue;
    const iccids = byState.get(sim.state) ?? [];
    iccids.push(sim.iccid);
    byState.set(sim.state, iccids);
  }
  return byState;
}
