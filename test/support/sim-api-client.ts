import type { Cancellation } from '../../src/base/cancellation.ts';
import {
  type ByKey,
  type CallTrace,
  createSimApiClient,
  type Sim,
  type SimApi,
  type SimApiClient,
  type SimApiOptions,
} from '../../src/sim-api/index.ts';
import type { World } from './sandbox.ts';
import { silentLog } from './silent-log.ts';

/** The gateway's SIM API client inside the test process, without a gateway; its clock stands still until the test advances it. */
export interface TestClient {
  readonly client: SimApiClient;
  /** The SIM API for one request. */
  forRequest(cancellation?: Cancellation): SimApi;
  /** The SIM API for one request of a tenant, and the counters of its calls. */
  forTenant(tenant: string, cancellation?: Cancellation): { simApi: SimApi; trace: CallTrace };
  /** SIMs by ICCID, read for one request. */
  sims(...iccids: string[]): Promise<ByKey<Sim>>;
  /** Advances only the clock of the client. */
  advance(ms: number): void;
}

/** The gateway's defaults, except for timeouts that no slow machine reaches. */
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

/** Creates a client for the account of a world. */
export function createTestClient(world: World, options: Partial<SimApiOptions> = {}): TestClient {
  let nowMs = 0;
  const clock = { now: () => new Date(), monotonicMs: () => nowMs };
  const { apiUrl: url, username, password } = world;
  const account = { url, username, password };
  const client = createSimApiClient({ ...settings, ...account, ...options }, clock, silentLog);
  const createTrace = () => ({ requestId: 'test', upstreamCalls: 0, sharedCalls: 0, unreadableItems: 0 });
  const forRequest = (cancellation?: Cancellation) => client.forTrace(createTrace(), { cancellation });
  return {
    client,
    forRequest,
    forTenant(tenant, cancellation) {
      const trace = createTrace();
      return { simApi: client.forTrace(trace, { tenant, cancellation }), trace };
    },
    sims: (...iccids) => forRequest().sims.byKey('iccid', iccids),
    advance(ms) {
      nowMs += ms;
    },
  };
}
