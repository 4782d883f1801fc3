import type { SimApi } from './client.ts';
import { Ambiguous, isSimApiFailure, type Rejected, type SimApiFailure } from './errors.ts';
import type { ByKey } from './read-by-key.ts';
import type { Sims } from './sims.ts';
import { Page } from './wire/page.wire.ts';
import type { Sim } from './wire/sim.wire.ts';

type MapSim = (sim: Sim) => Sim;

/** The SIM API with each SIM that it reads replaced. */
export function mapSims(simApi: SimApi, each: MapSim): SimApi {
  return replaceNouns(simApi, { sims: () => mapped(simApi.sims, each) });
}

/**
 * The SIM API as if the account had only the SIMs and groups with these names. What is read by the ICCID of a SIM, such as its cost, is not
 * limited: read the SIM first. The whole list of the account cannot be read.
 */
export function limitToGroups(simApi: SimApi, groups: readonly string[]): SimApi {
  const allowed = new Set(groups);
  return replaceNouns(simApi, {
    sims: () => {
      const { sims } = simApi;
      const isAllowed = ({ groupName }: Sim) => groupName !== null && allowed.has(groupName);
      return {
        perCall: (keyName, key) => sims.perCall(keyName, key),
        byKey: async (keyName, keys) => new LimitedByKey(await sims.byKey(keyName, keys), isAllowed),
        accountPage: () => Promise.reject(new Error('the reader is limited to groups')),
        groupPage: async (group, offset) =>
          allowed.has(group) ? sims.groupPage(group, offset) : new Page<Sim>(offset, [], 0),
      };
    },
    account: () => {
      const { account } = simApi;
      return { ...account, groups: async () => (await account.groups()).filter((name) => allowed.has(name)) };
    },
  });
}

/** Replaces nouns of a SIM API, each when it is used. */
export function replaceNouns(
  simApi: SimApi,
  nouns: { readonly [K in keyof SimApi]?: () => SimApi[K] },
): SimApi {
  return {
    get sims() {
      return nouns.sims?.() ?? simApi.sims;
    },
    get account() {
      return nouns.account?.() ?? simApi.account;
    },
    get costs() {
      return simApi.costs;
    },
    get sessions() {
      return simApi.sessions;
    },
    get alerts() {
      return simApi.alerts;
    },
    get diagnostics() {
      return nouns.diagnostics?.() ?? simApi.diagnostics;
    },
    get control() {
      return simApi.control;
    },
  };
}

function mapped(sims: Sims, each: MapSim): Sims {
  const page = ({ offset, rows, total }: Page<Sim>) =>
    new Page(
      offset,
      rows.map((sim) => sim && each(sim)),
      total,
    );
  return {
    perCall: (keyName, key) => sims.perCall(keyName, key),
    byKey: async (keyName, keys) => new MappedByKey(await sims.byKey(keyName, keys), each),
    accountPage: async (offset) => page(await sims.accountPage(offset)),
    groupPage: async (group, offset) => page(await sims.groupPage(group, offset)),
  };
}

class MappedByKey extends Map<string, Sim | SimApiFailure> implements ByKey<Sim> {
  readonly absences: ReadonlyMap<string, Rejected>;

  constructor(found: ByKey<Sim>, each: MapSim) {
    super();
    this.absences = found.absences;
    for (const [key, item] of found) this.set(key, isSimApiFailure(item) ? item : each(item));
  }
}

/**
 * SIMs that are not allowed are absent, like SIMs that do not exist. So are an EID that leads to several SIMs, some of which may not be
 * allowed, and the refusal of the SIM API for an absent key: they would show the difference.
 */
class LimitedByKey extends Map<string, Sim | SimApiFailure> implements ByKey<Sim> {
  readonly absences: ReadonlyMap<string, Rejected> = new Map();

  constructor(found: ByKey<Sim>, isAllowed: (sim: Sim) => boolean) {
    super();
    for (const [key, item] of found)
      if (isSimApiFailure(item) ? !(item instanceof Ambiguous) : isAllowed(item)) this.set(key, item);
  }
}
