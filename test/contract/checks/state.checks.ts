import { type Api, isRow, isSuccess, type Row } from '../api.ts';
import type { Check } from '../check.ts';
import { must, notApplicable } from '../ended.ts';
import { codeWord, listed, type Shown, sentence, shownType } from '../shown.ts';

/** The table of the contract: legacy pair (primary and secondary) -> the states that it means. */
const statesOfPair: Readonly<Record<string, readonly string[]>> = {
  'ON LIVE': ['LIVE'],
  'ON TEST': ['TEST'],
  'ON ACTIVE_READY': ['ACTIVE_READY'],
  'ON SUSPENDED': ['OFFLINE'],
  OFF: ['OFFLINE', 'SHIPPING'],
  DELETED: ['CLOSED'],
  'PENDING OFF': ['OFFLINE'],
  'PENDING LIVE': ['LIVE'],
  'PENDING TEST': ['TEST'],
  'PENDING ACTIVE_READY': ['ACTIVE_READY'],
  'PENDING DELETED': ['CLOSED'],
  'PENDING SUSPENDED': ['OFFLINE'],
};
const states: ReadonlySet<string> = new Set([...Object.values(statesOfPair).flat(), 'SLEEP']);
const words: ReadonlySet<string> = new Set(Object.keys(statesOfPair).flatMap((pair) => pair.split(' ')));

/** Every SIM in the answers so far, each as last observed. Errors: Ended if there is none. */
function simsSeen(api: Api): Row[] {
  const sims = api.answers.filter(isSuccess).flatMap(({ path, json }) => {
    if (!isRow(json)) return [];
    return path === '/get_sim' ? [json] : Array.isArray(json.sims) ? json.sims.filter(isRow) : [];
  });
  if (sims.length === 0) notApplicable(sentence`no answer had a SIM`);
  return [...new Map(sims.map((sim) => [sim.iccid ?? sim, sim])).values()];
}

function pairOf({ status }: Row): string | null {
  if (!isRow(status) || typeof status.primary !== 'string') return null;
  return typeof status.secondary === 'string' && status.secondary !== ''
    ? `${status.primary} ${status.secondary}`
    : status.primary;
}

function shownPair(pair: string): Shown {
  const [primary, secondary] = pair.split(' ');
  return secondary === undefined ? codeWord(primary) : sentence`${codeWord(primary)}/${codeWord(secondary)}`;
}

/** SLEEP is the name of OFFLINE in an older edition of the vendor's page. */
const modern = (state: unknown) => (state === 'SLEEP' ? 'OFFLINE' : state);

/** Checks of the keys and states of every SIM in the answers of the earlier checks. */
export const stateChecks: readonly Check[] = [
  {
    id: 'sim.iccid-has-18-to-22-digits',
    level: 'MUST',
    source: 'SIM [C]',
    title: 'Every SIM has an ICCID of 18 to 22 digits, as a text',
    async run(api) {
      const sims = simsSeen(api);
      const odd = sims.filter(({ iccid }) => typeof iccid !== 'string' || !/^\d{18,22}$/.test(iccid));
      must(
        odd.length === 0,
        sentence`${odd.length} of ${sims.length} do not: ${listed(odd.map(({ iccid }) => shownType(iccid)))}`,
      );
      const lengths = sims.map(({ iccid }) => sentence`${String(iccid).length} digits`);
      return sentence`${listed(lengths)}`;
    },
  },
  {
    id: 'sim.eid-has-32-digits',
    level: 'SHOULD',
    source: 'SIM [C]',
    title: 'An EID has 32 digits, as a text',
    async run(api) {
      const eids = simsSeen(api).flatMap(({ eid }) => (eid === undefined || eid === null ? [] : [eid]));
      if (eids.length === 0) notApplicable(sentence`no SIM has an EID`);
      const odd = eids.filter((eid) => typeof eid !== 'string' || !/^\d{32}$/.test(eid));
      must(odd.length === 0, sentence`${odd.length} of ${eids.length} do not: ${listed(odd.map(shownType))}`);
      return undefined;
    },
  },
  {
    id: 'sim.state-words-known',
    level: 'MUST',
    source: 'Status and state [S]',
    title: 'Every state is in the vendor’s table',
    async run(api) {
      const sims = simsSeen(api).filter(({ state }) => state !== undefined && state !== null);
      const odd = sims.filter(({ state }) => typeof state !== 'string' || !states.has(state));
      const unknown = listed(odd.map(({ state }) => codeWord(state)));
      must(odd.length === 0, sentence`unknown, on ${odd.length} of ${sims.length} SIMs: ${unknown}`);
      return sentence`seen: ${listed(sims.map(({ state }) => codeWord(state)))}`;
    },
  },
  {
    id: 'sim.status-words-known',
    level: 'MUST',
    source: 'Status and state [S, S-]',
    title: 'Every primary and secondary status is in the vendor’s table',
    async run(api) {
      const pairs = simsSeen(api).flatMap((sim) => pairOf(sim) ?? []);
      const unknown = pairs.flatMap((pair) => pair.split(' ')).filter((word) => !words.has(word));
      must(unknown.length === 0, sentence`unknown: ${listed(unknown.map(codeWord))}`);
      return sentence`seen: ${listed(pairs.map(shownPair))}`;
    },
  },
  {
    id: 'sim.has-a-state',
    level: 'SHOULD',
    source: 'Status and state [S]',
    title: 'Every SIM has both a state and a status with a primary',
    async run(api) {
      const sims = simsSeen(api);
      const stateless = sims.filter(({ state }) => typeof state !== 'string').length;
      const pairless = sims.filter((sim) => pairOf(sim) === null).length;
      must(
        stateless + pairless === 0,
        sentence`of ${sims.length}, ${stateless} have no state, ${pairless} no status`,
      );
      return undefined;
    },
  },
  {
    id: 'sim.state-and-status-agree',
    level: 'SHOULD',
    source: 'Status and state [S, S-]',
    title: 'State and status of a SIM agree by the vendor’s table',
    async run(api) {
      const odd = simsSeen(api).flatMap((sim) => {
        const pair = pairOf(sim);
        if (pair === null || typeof sim.state !== 'string') return [];
        const agrees = statesOfPair[pair]?.some((state) => state === modern(sim.state)) ?? false;
        return agrees ? [] : [sentence`${codeWord(sim.state)} with ${shownPair(pair)}`];
      });
      must(odd.length === 0, listed(odd));
      return undefined;
    },
  },
  {
    id: 'sim.pending-shows-the-target',
    level: 'SHOULD',
    source: 'Status and state: PENDING [S]',
    title: 'While a SIM is PENDING, its state is the target',
    async run(api) {
      const pending = simsSeen(api).filter((sim) => pairOf(sim)?.startsWith('PENDING'));
      if (pending.length === 0) notApplicable(sentence`no SIM is in transition`);
      const odd = pending.filter(
        (sim) => !statesOfPair[pairOf(sim) ?? '']?.some((state) => state === modern(sim.state)),
      );
      must(odd.length === 0, sentence`${odd.length} of ${pending.length} show another state`);
      return sentence`${pending.length} SIMs: ${listed(pending.map((sim) => shownPair(pairOf(sim) ?? '')))}`;
    },
  },
];
