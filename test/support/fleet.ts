import type { WireSim, World } from './sandbox.ts';

/** The SIMs that meet an error code on purpose; docs/sandbox.md tells of each one. E002 is no SIM at all. */
export const special = {
  E000: '8937204999000000002',
  E002: '8937204999000000028',
  E003: '8937204999000000036',
  E101: '8937204999000001018',
  E103: '8937204999000001034',
  E201: '8937204999000002016',
  E202: '8937204999000002024',
  E203: '8937204999000002032',
  E210: '8937204999000002107',
  E211: '8937204999000002115',
  E240: '8937204999000002404',
} as const;

/** The global id of a SIM. */
export const simId = (iccid: string) => Buffer.from(`Sim:${iccid}`).toString('base64url');

/** The global id of a group. */
export const groupId = (name: string) => Buffer.from(`SimGroup:${name}`).toString('base64url');

/** Takes ordinary SIMs from a world: settled ones, none of which refuses anything on purpose, and each only once. */
export interface Pool {
  /** So many SIMs in a state; the secondary status, where it matters, tells ON/SUSPENDED (`SUSPENDED`) from OFF (``). */
  take(count: number, query: { state?: string; secondary?: string; esim?: boolean }): Promise<WireSim[]>;
}

/** A pool of all SIMs of a world. */
export function createPool(world: () => World): Pool {
  const taken = new Set<string>();
  return {
    async take(count, query) {
      const found = (await world().sims({ ...query, limit: 2000 })).filter(
        ({ iccid, status }) =>
          !taken.has(iccid) && status.primary !== 'PENDING' && !iccid.startsWith('8937204999'),
      );
      if (found.length < count) throw new Error(`the world has too few SIMs like ${JSON.stringify(query)}`);
      const picked = found.slice(0, count);
      for (const { iccid } of picked) taken.add(iccid);
      return picked;
    },
  };
}

/** What the SIM API itself answers, without a gateway between; the calls are counted like any others. */
export async function askSimApi<Answer>(world: World, target: string): Promise<Answer> {
  const { apiUrl, username, password } = world;
  const login = await fetch(`${apiUrl}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', client_id: username, username, password }),
  });
  const { access_token: token } = (await login.json()) as { access_token: string };
  const answer = await fetch(apiUrl + target, { headers: { authorization: `Bearer ${token}` } });
  return (await answer.json()) as Answer;
}
