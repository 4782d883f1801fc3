import type { AnsweredError } from './gateway.ts';
import type { Running } from './running.ts';

/** A SIM as read back after a change. */
interface ReadBack {
  iccid: string;
  name: string | null;
  state: string;
  pendingState: string | null;
  availableActions: string[];
  group: { name: string } | null;
  dataUsage: { limitMegabytes: number | null };
  esim: { activeProfile: string | null; downloadedProfiles: string[] } | null;
}

/** The outcome of one SIM. */
interface Result {
  iccid: string | null;
  eid: string | null;
  outcome: string;
  error: {
    code: string;
    message: string;
    retryable: boolean;
    retryAfterSeconds: number | null;
    simApi: { code: string; operation: string; httpStatus: number; timestamp: string } | null;
  } | null;
  sim: ReadBack | null;
}

interface Payloads {
  succeeded: number;
  failed: number;
  unknown: number;
  notSent: number;
  results: Result[];
}

const back = `sim {
  iccid name state pendingState availableActions group { name } dataUsage { limitMegabytes }
  esim { activeProfile downloadedProfiles }
}`;
const errorFields =
  'error { code message retryable retryAfterSeconds simApi { code operation httpStatus timestamp description } }';

/** Runs mutations by name, with every field selected. */
export interface Changes {
  /** Runs a mutation of one SIM; `more` holds the other fields of its input. */
  one(
    name: string,
    input: string,
    sim: object,
    more?: object,
  ): Promise<{ payload: Omit<Result, 'eid'> | null; errors: AnsweredError[] }>;
  /** Runs a mutation of several SIMs. */
  many(
    name: string,
    input: string,
    sims: readonly object[],
    more?: object,
  ): Promise<{ payload: Payloads | undefined; errors: AnsweredError[] }>;
  /** The PUTs that the sandbox has received since its calls were last cleared. */
  puts(): Promise<{ path: string; query: string; sims: number }[]>;
}

export function createChanges(running: Running): Changes {
  return {
    async one(name, input, sim, more = {}) {
      const { data, errors } = await running.gateway.ask<Record<string, Omit<Result, 'eid'>> | null>(
        `mutation ($input: ${input}!) { ${name}(input: $input) { iccid outcome ${errorFields} ${back} } }`,
        { input: { sim, ...more } },
      );
      return { payload: data?.[name] ?? null, errors };
    },
    async many(name, input, sims, more = {}) {
      const { data, errors } = await running.gateway.ask<Record<string, Payloads> | null>(
        `mutation ($input: ${input}!) {
          ${name}(input: $input) { succeeded failed unknown notSent results { iccid eid outcome ${errorFields} ${back} } }
        }`,
        { input: { sims, ...more } },
      );
      return { payload: data?.[name], errors };
    },
    async puts() {
      return (await running.world.calls()).calls.filter(({ method }) => method === 'PUT');
    },
  };
}
