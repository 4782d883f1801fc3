import { type Api, codeOf, isRow, isSuccess, textsIn } from '../api.ts';
import type { Check } from '../check.ts';
import { must, notApplicable } from '../ended.ts';
import { codeWord, sentence, shownType } from '../shown.ts';
import { isTheRest, keepsItsPlace, pageChecks } from './page.ts';

const noSuchGroup = 'no such group of the contract suite';

/** Checks of the list of all SIMs. */
export const accountSimsChecks: readonly Check[] = [
  ...pageChecks({
    id: 'get-account-sims',
    source: 'Reads: /get_account_sims [C]',
    level: 'MUST',
    first: (api) => api.list('/get_account_sims', 'sims', { offset: 0 }),
  }),
  {
    id: 'get-account-sims.reads-on-by-offset',
    level: 'MUST',
    source: 'Reads: /get_account_sims [C]',
    title: 'The page at an offset holds the rest of the list, in the same order as the first page',
    async run(api) {
      const { page } = await api.sample();
      const offset = Math.max(1, page.rows.length - 3);
      if (page.rows.length < 2) notApplicable(sentence`the list has fewer than 2 SIMs`);
      const rest = await api.list('/get_account_sims', 'sims', { offset });
      isTheRest(page, offset, rest, 'iccid');
      keepsItsPlace(page, offset, rest, 'iccid');
      return sentence`from offset ${offset}`;
    },
  },
  {
    id: 'get-account-sims.past-the-end-is-empty',
    level: 'SHOULD',
    source: 'Reads: /get_account_sims [C]',
    title: 'An offset after the end returns an empty list, not an error',
    async run(api) {
      const { page } = await api.sample();
      const offset = (typeof page.total === 'number' ? page.total : page.rows.length) + 1000;
      const { rows } = await api.list('/get_account_sims', 'sims', { offset });
      must(rows.length === 0, sentence`${rows.length} items`);
      return undefined;
    },
  },
  {
    id: 'get-account-sims.no-sim-twice',
    level: 'SHOULD',
    source: 'Reads: /get_account_sims [C]',
    title: 'No SIM is twice in a page',
    async run(api) {
      const iccids = textsIn((await api.sample()).page.rows, 'iccid');
      const twice = iccids.length - new Set(iccids).size;
      must(twice === 0, sentence`${twice} of ${iccids.length} are duplicates`);
      return undefined;
    },
  },
];

/** Checks of groups and their SIMs. */
export const groupChecks: readonly Check[] = [
  {
    id: 'get-account-groups.is-a-list-of-texts',
    level: 'MUST',
    source: 'Reads: /get_account_groups [C]',
    title: 'The answer is an array of texts',
    async run(api) {
      const names = await api.read('/get_account_groups');
      must(Array.isArray(names), sentence`not an array but ${shownType(names)}`);
      const odd = names.find((name) => typeof name !== 'string');
      must(odd === undefined, sentence`an item is ${shownType(odd)}`);
      return sentence`${names.length} groups`;
    },
  },
  {
    id: 'get-account-groups.has-the-groups-of-the-sims',
    level: 'SHOULD',
    source: 'Reads: /get_account_groups [C]',
    title: 'The list has the group of every SIM of the first page',
    async run(api) {
      const names = await api.read('/get_account_groups');
      must(Array.isArray(names), sentence`not an array but ${shownType(names)}`);
      const used = new Set(textsIn((await api.sample()).page.rows, 'group'));
      const missing = [...used].filter((name) => !names.includes(name)).length;
      must(missing === 0, sentence`${missing} of ${used.size} are missing`);
      return undefined;
    },
  },
  ...pageChecks({
    id: 'get-group-sims',
    source: 'Reads: /get_group_sims [C]',
    level: 'MUST',
    first: groupPage,
  }),
  {
    id: 'get-group-sims.are-of-the-group',
    level: 'MUST',
    source: 'Reads: /get_group_sims [C]',
    title: 'Every SIM in the list is in the group',
    async run(api) {
      const { rows } = await groupPage(api);
      const { group } = await api.sample();
      const strangers = rows.filter((row) => isRow(row) && row.group !== undefined && row.group !== group);
      must(strangers.length === 0, sentence`${strangers.length} of ${rows.length} are not`);
      return undefined;
    },
  },
  {
    id: 'get-group-sims.unknown-group',
    level: 'MAY',
    source: 'Reads: /get_group_sims [C]',
    title: 'A group that does not exist has an empty list',
    async run(api) {
      const answer = await api.ask('/get_group_sims', { group: noSuchGroup, offset: 0 });
      must(isSuccess(answer), api.describe(answer));
      const { rows } = await api.list('/get_group_sims', 'sims', { group: noSuchGroup, offset: 0 });
      must(rows.length === 0, sentence`${rows.length} SIMs`);
      return undefined;
    },
  },
];

async function groupPage(api: Api) {
  const { group } = await api.sample();
  if (group === null) notApplicable(sentence`no SIM of the account's first page is in a group`);
  return api.list('/get_group_sims', 'sims', { group, offset: 0 });
}

/** Checks of eSIM profiles. */
export const profileChecks: readonly Check[] = [
  {
    id: 'get-available-profiles.is-a-list-of-texts',
    level: 'MUST',
    source: 'Reads: /get_available_profiles [C]',
    title: 'The answer is an array of texts, or E003 if eSIM is not enabled',
    async run(api) {
      const answer = await api.ask('/get_available_profiles');
      if (codeOf(answer) === 'E003') return codeWord('E003');
      const profiles = await api.read('/get_available_profiles');
      must(Array.isArray(profiles), sentence`not an array but ${shownType(profiles)}`);
      const odd = profiles.find((profile) => typeof profile !== 'string');
      must(odd === undefined, sentence`an item is ${shownType(odd)}`);
      return sentence`${profiles.length} profiles`;
    },
  },
];
