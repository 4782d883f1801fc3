import DataLoader from 'dataloader';
import { badUserInput, fromFailure } from '../../errors/index.ts';
import { allPages, type DataSession, type SimApi } from '../../sim-api/index.ts';

/** A range of time; both ends are included. */
interface Range {
  readonly from: Date;
  readonly to: Date;
}

/** Reads sessions for one request; each SIM and range is read once. */
export interface SessionLoader {
  /**
   * All sessions of a SIM that began in a range. `to` defaults to now, the same time for the whole request; `from` to the start (UTC) of
   * the month of `to`. Errors: BAD_USER_INPUT if `from` is later than `to`, and those of the SIM API.
   */
  ofSim(iccid: string, from: Date | null, to: Date | null): Promise<readonly DataSession[]>;
}

/** Source: `/get_sim_sessions`; docs/sim-api.md "Reads". */
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
