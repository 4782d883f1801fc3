import DataLoader from 'dataloader';
import { badUserInput, fromFailure } from '../../errors/index.ts';
import { allPages, type DataSession, type SimApi } from '../../sim-api/index.ts';

/** A stretch of time; both ends belong to it. */
interface Range {
  readonly from: Date;
  readonly to: Date;
}

/** Reads sessions for one request: a SIM and range asked for twice are read once. */
export interface SessionLoader {
  /**
   * All sessions of a SIM that began in a range: up to now by default, which is one moment for the whole request, and from
   * the start of the month in which the range ends. Errors: BAD_USER_INPUT where the range ends before it begins, and what the SIM API fails with.
   */
  ofSim(iccid: string, from: Date | null, to: Date | null): Promise<readonly DataSession[]>;
}

/** A loader of sessions over `/get_sim_sessions`. */
export function createSessionLoader(simApi: SimApi, now: Date): SessionLoader {
  const loader = new DataLoader<{ iccid: string; range: Range }, readonly DataSession[], string>(
    (keys) =>
      Promise.all(
        keys.map(({ iccid, range }) =>
          allPages((offset) => simApi.sessions.page(iccid, range, offset)).catch((error: unknown) =>
            fromFailure(error, [iccid]),
          ),
        ),
      ),
    { cacheKeyFn: ({ iccid, range }) => `${iccid} ${range.from.getTime()} ${range.to.getTime()}` },
  );

  return {
    async ofSim(iccid, from, to) {
      const end = to ?? now;
      const range = { from: from ?? startOfMonth(end), to: end };
      if (range.from > range.to) throw badUserInput('from', 'must not be later than to');
      return loader.load({ iccid, range });
    },
  };
}

function startOfMonth(instant: Date): Date {
  return new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth(), 1));
}
