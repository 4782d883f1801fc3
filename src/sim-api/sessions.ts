import type { Caller } from './caller.ts';
import { reads } from './endpoints.ts';
import { readPage } from './read-by-key.ts';
import type { Page } from './wire/page.wire.ts';
import { type DataSession, decodeSession } from './wire/session.wire.ts';

export interface Sessions {
  /**
   * Sessions of one SIM that began in a range, from an offset on, in no guaranteed order. Source: `/get_sim_sessions`. Errors:
   * SimApiFailure.
   */
  page(iccid: string, range: { from: Date; to: Date }, offset: number): Promise<Page<DataSession>>;
}

export function createSessions(caller: Caller): Sessions {
  return {
    page: (iccid, { from, to }, offset) =>
      readPage(caller, {
        request: reads.simSessions(from, to, offset),
        keyName: 'iccid',
        keys: [iccid],
        listName: 'sessions',
        offset,
        decode: decodeSession,
      }),
  };
}
