import { type Api, codeOf, isRow } from '../api.ts';
import type { Check } from '../check.ts';
import { must, notApplicable } from '../ended.ts';
import { monthBefore } from '../month.ts';
import { codeWord, listed, sentence, shownType } from '../shown.ts';
import { isTheRest, pageChecks } from './page.ts';

const busiest = async (api: Api) => (await api.sample()).busiest[0];
/** The sessions of the busiest SIM since the start of the last month. */
async function sessions(api: Api, more: { offset: number } | { to: number } = { offset: 0 }) {
  const { month, year } = monthBefore(api, 1);
  const span = { from: Date.UTC(year, month - 1, 1), to: api.now() - (api.now() % 86_400_000) };
  const question = { ...span, offset: 0, ...more };
  const page = await api.list('/get_sim_sessions', 'sessions', { iccid: await busiest(api), ...question });
  return { page, ...question };
}

/** The start times of the sessions of a page, in epoch milliseconds. */
function startsOf(rows: readonly unknown[]): number[] {
  const starts = rows.filter(isRow).map(({ start_time: at }) => milliseconds(Number(at)));
  return starts.filter(Number.isFinite);
}

function milliseconds(at: number): number {
  return at < 1e11 ? at * 1000 : at;
}

export const sessionChecks: readonly Check[] = [
  ...pageChecks({
    id: 'get-sim-sessions',
    source: 'Reads: /get_sim_sessions [C]',
    level: 'MUST',
    first: async (api) => (await sessions(api)).page,
  }),
  {
    id: 'get-sim-sessions.reads-on-by-offset',
    level: 'MUST',
    source: 'Reads: /get_sim_sessions [C]',
    title: 'The page at an offset holds the rest of the list',
    async run(api) {
      const { page } = await sessions(api);
      if (page.rows.length < 2) notApplicable(sentence`the SIM has fewer than 2 sessions`);
      isTheRest(page, 1, (await sessions(api, { offset: 1 })).page, 'id');
      return undefined;
    },
  },
  {
    id: 'get-sim-sessions.within-from-and-to',
    level: 'MUST',
    source: 'Reads: from, to; times in epoch milliseconds [C, C≠]',
    title: 'from and to, in milliseconds, bound the sessions',
    async run(api) {
      const { page, from, to } = await sessions(api);
      const starts = startsOf(page.rows).sort((a, b) => a - b);
      const middle = starts[Math.floor(starts.length / 2)];
      if (middle === undefined) notApplicable(sentence`the SIM has no session with a time`);
      const strangers = starts.filter((at) => at < from || at > to).length;
      must(strangers === 0, sentence`${strangers} of ${starts.length} began outside`);
      const half = startsOf((await sessions(api, { to: middle })).page.rows);
      const late = half.filter((at) => at > middle).length;
      must(late === 0, sentence`with an earlier "to" ${late} of ${half.length} began after it`);
      return sentence`${starts.length} sessions, ${half.length} of them in the first half`;
    },
  },
  {
    id: 'get-sim-sessions.default-is-this-month',
    level: 'SHOULD',
    source: 'Reads: start of the current UTC month, now [C]',
    title: 'Without from and to the answer covers the current UTC month up to now, and shows both times',
    async run(api) {
      const json = await api.read('/get_sim_sessions', { iccid: await busiest(api) });
      must(isRow(json), sentence`not an object but ${shownType(json)}`);
      const { month, year } = monthBefore(api, 0);
      must(
        milliseconds(Number(json.from)) === Date.UTC(year, month - 1, 1),
        sentence`from is not the start of the month`,
      );
      const awayMs = Math.abs(milliseconds(Number(json.to)) - api.now());
      must(awayMs < 600_000, sentence`to is not within 10 minutes of now`);
      return undefined;
    },
  },
  {
    id: 'get-sim-sessions.order',
    level: 'MAY',
    source: 'Reads: lists promise no order [C]',
    title: 'Sessions are listed newest first',
    async run(api) {
      const starts = startsOf((await sessions(api)).page.rows);
      if (starts.length < 2) notApplicable(sentence`the SIM has fewer than 2 sessions with a time`);
      must(
        isDescending(starts),
        isDescending([...starts].reverse()) ? sentence`oldest first` : sentence`in no order`,
      );
      return undefined;
    },
  },
];

function isDescending(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number <= (numbers[index - 1] ?? number));
}

export const diagnosticsChecks: readonly Check[] = [
  {
    id: 'diagnostics.is-an-object-or-refused',
    level: 'MUST',
    source: 'Reads: /diagnostics [C, S]',
    title: 'The answer is an object, or E103, or E003 if the add-on is not ordered',
    async run(api) {
      // Some SIMs have no diagnostics: the check reads the busiest SIMs until one has.
      const refusals: string[] = [];
      for (const iccid of (await api.sample()).busiest) {
        const code = codeOf(await api.ask('/diagnostics', { iccid }));
        if (code === null) {
          const json = await api.read('/diagnostics', { iccid });
          must(isRow(json), sentence`not an object but ${shownType(json)}`);
          return undefined;
        }
        refusals.push(code);
      }
      must(refusals.includes('E103') || refusals.includes('E003'), listed(refusals.map(codeWord)));
      return listed(refusals.map(codeWord));
    },
  },
  {
    id: 'diagnostics.of-an-unused-sim-are-e103',
    level: 'SHOULD',
    source: 'Error codes: E103 [S]',
    title: 'A SIM that was never on a network is refused with E103',
    async run(api) {
      const { unused } = await api.sample();
      if (unused === null) notApplicable(sentence`every SIM of the account's first page was on a network`);
      const answer = await api.ask('/diagnostics', { iccid: unused });
      if (codeOf(answer) === 'E003') notApplicable(sentence`E003: the add-on is not ordered`);
      must(codeOf(answer) === 'E103', api.describe(answer));
      return undefined;
    },
  },
];
