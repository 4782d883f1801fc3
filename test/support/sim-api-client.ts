import {
  type ByKey,
  createSimApiClient,
  type Sim,
  type SimApi,
  type SimApiClient,
  type SimApiOptions,
} from '../../src/sim-api/index.ts';
import type { World } from './sandbox.ts';
import { silentLog } from './silent-log.ts';

/** The gateway's client of the SIM API inside the test: it needs no process, and its clock stands still until the test moves it. */
export interface TestClient {
  readonly client: SimApiClient;
  /** The SIM API as one request sees it. */
  forRequest(signal?: AbortSignal): SimApi;
  /** SIMs by ICCID, read for one request. */
  sims(...iccids: string[]): Promise<ByKey<Sim>>;
  /** Moves the clock of the client forward, and no other clock. */
  advance(ms: number): void;
}

/** As the gateway has them by default, but for the time limits, which no busy machine reaches. */
const settings = {
  maxSimsPerCall: 1000,
  smsSimsPerCall: 1,
  maxUrlBytes: 7500,
  timeoutMs: 50_000,
  deadlineMs: 3_600_000,
  concurrency: 10,
  inferred: {
    activeReadyPath: '/active_ready',
    imeiLockPath: '/set_imei_lock',
    imeiLockParameter: 'lock',
    unlimitedDataLimit: '0',
  },
};

/** Makes a client for the account of a world. */
export function createTestClient(world: World, options: Partial<SimApiOptions> = {}): TestClient {
  let nowMs = 0;
  const clock = { now: () => new Date(), monotonicMs: () => nowMs };
  const { apiUrl: url, username, password } = world;
  const account = { url, username, password };
  const client = createSimApiClient({ ...settings, ...account, ...options }, clock, silentLog);
  const forRequest = (signal?: AbortSignal) =>
    client.forTrace({ requestId: 'test', upstreamCalls: 0, unreadableItems: 0 }, { signal });
  return {
    client,
    forRequest,
    sims: (...iccids) => forRequest().sims.byKey('iccid', iccids),
    advance(ms) {
      nowMs += ms;
    },
  };
}
