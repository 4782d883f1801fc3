/** The control API of a world of a sandbox, as docs/sandbox.md tells of it; `sandboxUrl` ends in /v1. */
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
    /** Calls so far by their path. */
    callsByPath: async () => (await call('GET', 'calls')).byPath,
    addFaults: (...faults) => call('POST', 'faults', faults),
    /** Has a SIM tell of itself what is not so. */
    patchSim: (iccid, fields) => call('PATCH', `sims/${iccid}`, fields),
    setManners: (manners) => call('PATCH', 'manners', manners),
    clear: async (...resources) => {
      for (const resource of resources) await call('DELETE', resource);
    },
  };
}

/** Makes a world beside the sandbox's own; gives its id, which is its user name and password too. */
export async function createWorld(sandboxUrl, options) {
  const response = await fetch(new URL('/_sandbox/worlds', sandboxUrl), {
    method: 'POST',
    body: JSON.stringify(options),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()).id;
}

/** Ordinary SIMs that are where they are going, by their state. */
export function settledByState(sims) {
  const byState = new Map();
  for (const sim of sims) {
    if (sim.status.primary === 'PENDING' || sim.iccid.startsWith('8937204999')) continue;
    const iccids = byState.get(sim.state) ?? [];
    iccids.push(sim.iccid);
    byState.set(sim.state, iccids);
  }
  return byState;
}
