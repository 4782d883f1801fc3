import type { Principal } from '../auth/index.ts';
import type { FleetScope, FleetStore, ResolveFilter, SimFilter } from '../fleet-index/index.ts';
import { limitToGroups, mapSims, replaceNouns, type Sim, type SimApi } from '../sim-api/index.ts';

/**
 * What a caller sees of the account: only the SIMs of its groups, and without PERSONAL no personal data. Each request reads through it,
 * so that no resolver has to check a SIM.
 */
export interface Sight {
  /** Null: the SIMs of all groups and of none. */
  readonly groups: readonly string[] | null;
  /** The SIM API as the caller may read it. */
  reads(simApi: SimApi): SimApi;
  /** The SIM API for changes: SIMs have all values, because the gateway writes them to the index. */
  changes(simApi: SimApi): SimApi;
  /** The index as the caller may read it; null if there is none. */
  index(store: FleetStore | null): FleetStore | null;
  resolveFilter(resolve: ResolveFilter): ResolveFilter;
  /** A SIM that was read for a change, as the caller may read it. */
  show<S extends Sim>(sim: S): S;
}

/** The sight of a caller with PERSONAL that is not limited to groups. */
const everything: Sight = {
  groups: null,
  reads: (simApi) => simApi,
  changes: (simApi) => simApi,
  index: (store) => store,
  resolveFilter: (resolve) => resolve,
  show: (sim) => sim,
};

export function sightOf({ groups, scopes }: Pick<Principal, 'groups' | 'scopes'>): Sight {
  const seesPersonal = scopes.has('PERSONAL');
  return seesPersonal && groups === null ? everything : limitedSight(groups, seesPersonal);
}

function limitedSight(groups: readonly string[] | null, seesPersonal: boolean): Sight {
  const show = <S extends Sim>(sim: S): S =>
    seesPersonal ? sim : { ...sim, msisdn: null, imsi: null, imei: null };
  const limit = (filter: SimFilter | null): SimFilter | null => {
    const searched = filter === null || seesPersonal ? filter : withoutPersonalSearch(filter);
    return groups === null ? searched : withinGroups(searched ?? {}, groups);
  };
  const scoped = (scope: FleetScope): FleetScope => ({ ...scope, filter: limit(scope.filter) });
  const changes = (simApi: SimApi) => (groups === null ? simApi : limitToGroups(simApi, groups));
  return {
    groups,
    show,
    changes,

    reads(simApi) {
      const limited = changes(simApi);
      return seesPersonal ? limited : withoutPersonalData(limited, show);
    },

    index(store) {
      if (store === null) return null;
      return {
        state: (tenant) => store.state(tenant),
        async page(scope, ...rest) {
          const page = await store.page(scoped(scope), ...rest);
          return page && { ...page, rows: page.rows.map(show) };
        },
        counts: (scope, names) => store.counts(scoped(scope), names),
        iccids: (scope, max) => store.iccids(scoped(scope), max),
        tally: (query) => store.tally({ ...query, scope: scoped(query.scope) }),
        // Rows by key have no group: a caller that is limited to groups reads these SIMs from the SIM API.
        byKeys: async (...query) => (groups === null ? store.byKeys(...query) : []),
        export: (scope, order, take) => store.export(scoped(scope), order, (rows) => take(rows.map(show))),
      };
    },

    resolveFilter: (resolve) => (tenant, filter, max) => resolve(tenant, limit(filter) ?? filter, max),
  };
}

/** Searches only in texts that are not personal: a search would reveal a number digit by digit. */
function withoutPersonalSearch({ search, or, not, ...conditions }: SimFilter): SimFilter {
  return {
    ...conditions,
    ...(search != null && { searchUnlessPersonal: search }),
    ...(or != null && { or: or.map(withoutPersonalSearch) }),
    ...(not != null && { not: withoutPersonalSearch(not) }),
  };
}

function withinGroups(filter: SimFilter, groups: readonly string[]): SimFilter {
  const { groups: asked } = filter;
  return { ...filter, groups: asked == null ? groups : asked.filter((name) => groups.includes(name)) };
}

function withoutPersonalData(simApi: SimApi, show: (sim: Sim) => Sim): SimApi {
  return replaceNouns(mapSims(simApi, show), {
    diagnostics: () => {
      const { diagnostics } = simApi;
      return {
        ofSim: async (iccid) => ({ ...(await diagnostics.ofSim(iccid)), imei: null, location: null }),
      };
    },
  });
}
