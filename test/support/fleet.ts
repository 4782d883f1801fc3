import type { WireSim, World } from './sandbox.ts';

/** The special SIMs that always get an error code; see docs/sandbox.md. E002 does not exist as a SIM. */
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

export const simId = (iccid: string) => Buffer.from(`Sim:${iccid}`).toString('base64url');

export const groupId = (name: string) => Buffer.from(`SimGroup:${name}`).toString('base64url');

/** Selects SIMs; `secondary` distinguishes ON/SUSPENDED (`SUSPENDED`) from OFF (``). */
interface SimQuery {
  state?: string;
  secondary?: string;
  esim?: boolean;
}

/** Takes ordinary SIMs from a world: settled, without the special ones, and each SIM only once. */
export interface Pool {
  /** Takes `count` SIMs that match the query. */
  take(count: number, query: SimQuery): Promise<WireSim[]>;
}

export function createPool(world: () => World): Pool {
  const taken = new Set<string>();

  // Synchronous, so that concurrent takes get different SIMs.
  function take(sims: WireSim[]): WireSim[] {
    for (const { iccid } of sims) taken.add(iccid);
    return sims;
  }

  /** Searches the first `limit` SIMs of the list; doubles the limit if they are too few. */
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

/** Calls the SIM API directly, without a gateway; the sandbox counts the calls like any other. */
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
