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

/** Which SIMs are taken; the secondary status, where it matters, tells ON/SUSPENDED (`SUSPENDED`) from OFF (``). */
interface SimQuery {
  state?: string;
  secondary?: string;
  esim?: boolean;
}

/** Takes ordinary SIMs from a world: settled ones, none of which refuses anything on purpose, and each only once. */
export interface Pool {
  /** This many SIMs that fit the query. */
  take(count: number, query: SimQuery): Promise<WireSim[]>;
}

/** A pool of all SIMs of a world. */
export function createPool(world: () => World): Pool {
  const taken = new Set<string>();

  // Right after they were found: takes that run side by side get different SIMs.
  function take(sims: WireSim[]): WireSim[] {
    for (const { iccid } of sims) taken.add(iccid);
    return sims;
  }

  /** Looks among the first SIMs of the list, and among twice as many where they are too few. */
  async function firstFree(count: number, query: SimQuery, limit: number): Promise<WireSim[]> {
    const sims = await world().sims({ ...query, limit });
    const free = sims.filter(
      ({ iccid, status }) =>
        !taken.has(iccid) && status.primary !== 'PENDING' && !iccid.startsWith('8937204999'),
    );
    if (free.length >= count) return take(free.slice(0, count));
    if (sims.length < limit) throw new Error(`the world has too few SIMs like ${JSON.stringify(query)}`);
    return firstFree(count, query, 2 * limit);
  }

  return {
    take: (count, query) => firstFree(count, query, count + taken.size + 50),
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
