import { type Api, codeOf, difference, isRow, isSuccess, type Row, textsIn } from '../api.ts';
import type { Check } from '../check.ts';
import { must, notApplicable } from '../ended.ts';
import { type Month, monthBefore } from '../month.ts';
import { codeWord, ownWord, sentence, shownType } from '../shown.ts';

/** A month for which no account has a history. */
const longAgo: Month = { month: 1, year: 2001 };

/** Fails unless an object has bytes, an amount and a currency. */
function reportsUsage(row: Row): void {
  for (const field of ['data_used', 'data_cost']) {
    const value = row[field];
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    must(typeof number === 'number' && number >= 0, sentence`${ownWord(field)} is ${shownType(value)}`);
  }
  must(typeof row.currency === 'string', sentence`currency is ${shownType(row.currency)}`);
}

/** Fails unless `month` and `year` of an object are those of the given month. */
function isAbout(row: Row, { month, year }: Month): void {
  must(
    Number(row.month) === month && Number(row.year) === year,
    sentence`month and year are not the requested ones`,
  );
}

/** The object that a read returns. Errors: Ended; not applicable if the read is refused with `noHistory`. */
async function usage(
  api: Api,
  path: string,
  parameters: Record<string, string | number>,
  noHistory: string,
): Promise<Row> {
  const answer = await api.ask(path, parameters);
  if (codeOf(answer) === noHistory) notApplicable(sentence`${codeWord(noHistory)}: there is no history`);
  const row = await api.read(path, parameters);
  must(isRow(row), sentence`not an object but ${shownType(row)}`);
  return row;
}

const busiest = async (api: Api) => (await api.sample()).busiest[0];
const balance = (api: Api, month: Partial<Month> = {}) =>
  usage(api, '/get_account_balance', { ...month }, 'E102');
const cost = async (api: Api, month: Partial<Month> = {}) =>
  usage(api, '/get_sim_cost', { iccid: await busiest(api), ...month }, 'E101');

/** The costs of at most 10 SIMs in the last month. Errors: Ended; not applicable if the call is refused with E101. */
async function costs(api: Api): Promise<{ asked: readonly string[]; rows: readonly unknown[] }> {
  const { iccids } = await api.sample();
  const asked = [...new Set([await busiest(api), ...iccids.slice(0, 9)])];
  const question = { iccid: asked, ...monthBefore(api, 1) };
  if (codeOf(await api.ask('/get_sim_costs', question)) === 'E101') {
    notApplicable(sentence`E101: one of ${asked.length} SIMs has no history of last month`);
  }
  const rows = await api.read('/get_sim_costs', question);
  must(Array.isArray(rows), sentence`not an array but ${shownType(rows)}`);
  return { asked, rows };
}

export const costChecks: readonly Check[] = [
  {
    id: 'get-account-balance.tells-of-use',
    level: 'MUST',
    source: 'Reads: /get_account_balance [C]',
    title: 'The balance of last month has data_used, data_cost and currency',
    async run(api) {
      reportsUsage(await balance(api, monthBefore(api, 1)));
      return undefined;
    },
  },
  {
    id: 'get-account-balance.of-the-month-asked',
    level: 'MUST',
    source: 'Reads: month 1-12, year [C]',
    title: 'month and year select the month',
    async run(api) {
      isAbout(await balance(api, monthBefore(api, 1)), monthBefore(api, 1));
      return undefined;
    },
  },
  {
    id: 'get-account-balance.default-is-this-month',
    level: 'SHOULD',
    source: 'Reads: the current UTC month [C]',
    title: 'Without month and year the current UTC month is returned',
    async run(api) {
      isAbout(await balance(api), monthBefore(api, 0));
      return undefined;
    },
  },
  {
    id: 'get-account-balance.long-ago-is-e102',
    level: 'SHOULD',
    source: 'Error codes: E102 [S]',
    title: 'A month before the account began is refused with E102',
    async run(api) {
      const answer = await api.ask('/get_account_balance', { ...longAgo });
      must(codeOf(answer) === 'E102', api.describe(answer));
      return undefined;
    },
  },
  {
    id: 'get-sim-cost.tells-of-use',
    level: 'MUST',
    source: 'Reads: /get_sim_cost [C]',
    title: 'The cost of a SIM is of that SIM and has data_used, data_cost and currency',
    async run(api) {
      const row = await cost(api, monthBefore(api, 1));
      must(row.iccid === (await busiest(api)), sentence`iccid is not the requested one`);
      reportsUsage(row);
      return undefined;
    },
  },
  {
    id: 'get-sim-cost.of-the-month-asked',
    level: 'MUST',
    source: 'Reads: month 1-12, year [C]',
    title: 'month and year select the month',
    async run(api) {
      isAbout(await cost(api, monthBefore(api, 1)), monthBefore(api, 1));
      return undefined;
    },
  },
  {
    id: 'get-sim-cost.default-is-this-month',
    level: 'SHOULD',
    source: 'Reads: the current UTC month, here and for costs [C]',
    title: 'Without month and year the current UTC month is returned',
    async run(api) {
      isAbout(await cost(api), monthBefore(api, 0));
      return undefined;
    },
  },
  {
    id: 'get-sim-cost.long-ago-is-e101',
    level: 'SHOULD',
    source: 'Error codes: E101 [S]',
    title: 'A month before the SIM was used is refused with E101',
    async run(api) {
      const answer = await api.ask('/get_sim_cost', { iccid: await busiest(api), ...longAgo });
      must(codeOf(answer) === 'E101', api.describe(answer));
      return undefined;
    },
  },
  {
    id: 'get-sim-costs.are-of-the-sims-asked-for',
    level: 'MUST',
    source: 'Reads: /get_sim_costs [C]',
    title: 'The answer is an array of requested SIMs, each of them once',
    async run(api) {
      const { asked, rows } = await costs(api);
      const given = textsIn(rows, 'iccid');
      const { missing, foreign } = difference(asked, given);
      must(given.length === rows.length, sentence`${rows.length - given.length} items have no iccid`);
      must(foreign === 0, sentence`${foreign} of ${rows.length} are foreign`);
      must(new Set(given).size === given.length, sentence`some are duplicates`);
      return sentence`${asked.length} requested, ${missing} without history`;
    },
  },
  {
    id: 'get-sim-costs.of-the-month-asked',
    level: 'MUST',
    source: 'Reads: month 1-12, year [C]',
    title: 'month and year select the month for each SIM',
    async run(api) {
      const { rows } = await costs(api);
      if (rows.length === 0) notApplicable(sentence`no SIM has a history of last month`);
      for (const row of rows) {
        must(isRow(row), sentence`an item is ${shownType(row)}`);
        isAbout(row, monthBefore(api, 1));
        reportsUsage(row);
      }
      return undefined;
    },
  },
  {
    id: 'get-sim-costs.agree-with-get-sim-cost',
    level: 'SHOULD',
    source: 'Reads: array of the above [C]',
    title: 'The cost of a SIM is the same in a list and alone',
    async run(api) {
      const alone = await cost(api, monthBefore(api, 1));
      const inList = (await costs(api)).rows.filter(isRow).find(({ iccid }) => iccid === alone.iccid);
      must(inList !== undefined, sentence`the SIM is not in the list`);
      must(inList.data_used === alone.data_used, sentence`data_used differs`);
      return undefined;
    },
  },
  {
    id: 'get-sim-costs.without-history',
    level: 'MAY',
    source: 'Reads: a SIM without history is left out, or E101 for the whole call [C]',
    title: 'SIMs without history are left out, or the call is refused with E101; the remark shows which',
    async run(api) {
      const answer = await api.ask('/get_sim_costs', {
        iccid: (await api.sample()).iccids.slice(0, 3),
        ...longAgo,
      });
      if (codeOf(answer) === 'E101') return codeWord('E101');
      must(isSuccess(answer) && Array.isArray(answer.json), api.describe(answer));
      must(answer.json.length === 0, sentence`${answer.json.length} costs of a month long ago`);
      return sentence`left out`;
    },
  },
];
