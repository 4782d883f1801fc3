import { type Api, codeOf, difference, isRow, isSuccess, madeUpIccids, textsIn } from '../api.ts';
import type { Check } from '../check.ts';
import { fail, must, notApplicable } from '../ended.ts';
import { listed, sentence, shownType } from '../shown.ts';
import { NoAnswer } from '../upstream.ts';

const unknownIccid = madeUpIccids(1);
/** The number that the gateway puts into one URL by default: 7500 bytes of path and query. */
const iccidsOf7500Bytes = madeUpIccids(374);

/** Statuses with which servers and proxies refuse a URL or a header that is too long. */
const tooLong: ReadonlySet<number> = new Set([400, 413, 414, 431]);

/** The ICCIDs that `/get_sims` returns for these ICCIDs. */
async function iccidsOf(api: Api, iccid: readonly string[], variant?: 'repeated'): Promise<string[]> {
  return textsIn((await api.list('/get_sims', 'sims', { iccid }, variant)).rows, 'iccid');
}

async function eidsOfSample(api: Api): Promise<readonly string[]> {
  const { eids } = await api.sample();
  if (eids.length === 0) notApplicable(sentence`no SIM of the account's first page has an EID`);
  return eids;
}

function answersExactly(wanted: readonly string[], given: readonly string[]): void {
  const { missing, foreign } = difference(wanted, given);
  must(
    missing === 0 && foreign === 0,
    sentence`of ${wanted.length} requested ${missing} are missing, ${foreign} are foreign`,
  );
}

/** How the SIM API, or a proxy, handles a list with these ICCIDs in its URL. */
async function longList(api: Api, iccids: readonly string[]): Promise<'passed' | 'E230' | 'too long'> {
  const answer = await api.ask('/get_sims', { iccid: iccids }).catch((error: unknown) => {
    if (error instanceof NoAnswer) return null;
    throw error;
  });
  if (answer === null || (codeOf(answer) === null && tooLong.has(answer.status))) return 'too long';
  if (codeOf(answer) === 'E230') return 'E230';
  must(isSuccess(answer), api.describe(answer));
  return 'passed';
}

/** Checks of `/get_sims`. */
export const simsChecks: readonly Check[] = [
  {
    id: 'get-sims.comma-list',
    level: 'MUST',
    source: 'Many SIMs [C, S]',
    title: 'iccid=a,b,c returns exactly these SIMs',
    async run(api) {
      const { iccids } = await api.sample();
      answersExactly(iccids, await iccidsOf(api, iccids));
      return sentence`${iccids.length} SIMs`;
    },
  },
  {
    id: 'get-sims.found-offset-total',
    level: 'SHOULD',
    source: 'Reads: /get_sims [C]',
    title: 'found and total are the number of SIMs, offset is 0',
    async run(api) {
      const { iccids } = await api.sample();
      const { rows, found, offset, total } = await api.list('/get_sims', 'sims', { iccid: iccids });
      must(
        typeof found === 'number' && typeof total === 'number',
        sentence`found is ${shownType(found)}, total is ${shownType(total)}`,
      );
      must(
        found === rows.length && total === rows.length,
        sentence`found ${found}, total ${total}, in the list ${rows.length}`,
      );
      must(offset === 0, sentence`offset is not 0 but ${shownType(offset)}`);
      return undefined;
    },
  },
  {
    id: 'get-sims.each-sim-once',
    level: 'SHOULD',
    source: 'Reads: /get_sims [C]',
    title: 'Each SIM is returned once',
    async run(api) {
      const given = await iccidsOf(api, (await api.sample()).iccids);
      must(
        new Set(given).size === given.length,
        sentence`${given.length - new Set(given).size} are duplicates`,
      );
      return undefined;
    },
  },
  {
    id: 'get-sims.order',
    level: 'MAY',
    source: 'Reads: lists promise no order [C]',
    title: 'The SIMs are in the order of the call',
    async run(api) {
      const { iccids } = await api.sample();
      const given = await iccidsOf(api, iccids);
      must(given.join() === iccids.join(), sentence`another order`);
      return undefined;
    },
  },
  {
    id: 'get-sims.repeated-keys',
    level: 'SHOULD',
    source: 'Many SIMs [C]',
    title: 'iccid=a&iccid=b returns exactly these SIMs',
    async run(api) {
      const { iccids } = await api.sample();
      answersExactly(iccids, await iccidsOf(api, iccids, 'repeated'));
      return undefined;
    },
  },
  {
    id: 'get-sims.offset',
    level: 'SHOULD',
    source: 'Reads: /get_sims [C]',
    title: 'offset skips SIMs in a list of named SIMs too',
    async run(api) {
      const { iccids } = await api.sample();
      if (iccids.length < 2) notApplicable(sentence`the account has fewer than 2 SIMs`);
      const { rows } = await api.list('/get_sims', 'sims', { iccid: iccids, offset: 1 });
      must(rows.length === iccids.length - 1, sentence`${rows.length} of ${iccids.length} from offset 1`);
      return undefined;
    },
  },
  {
    id: 'get-sims.leaves-out-unknown-sims',
    level: 'MUST',
    source: 'Reads: a SIM that does not exist is left out of /get_sims [C]',
    title: 'Of an existing SIM and an unknown one the existing SIM is returned, without an error',
    async run(api) {
      const known = (await api.sample()).iccids.slice(0, 1);
      answersExactly(known, await iccidsOf(api, [...known, ...unknownIccid]));
      return undefined;
    },
  },
  {
    id: 'get-sims.by-eid',
    level: 'MUST',
    source: 'Many SIMs: eid likewise [C]',
    title: 'eid=a,b returns exactly the SIMs with these EIDs',
    async run(api) {
      const eids = await eidsOfSample(api);
      answersExactly(eids, textsIn((await api.list('/get_sims', 'sims', { eid: eids })).rows, 'eid'));
      return sentence`${eids.length} SIMs`;
    },
  },
  {
    id: 'get-sims.url-of-7500-bytes',
    level: 'SHOULD',
    source: 'Many SIMs [C, S]',
    title: 'A URL of 7500 bytes is accepted, and ICCIDs that do not exist return an empty list',
    async run(api) {
      const answer = await longList(api, iccidsOf7500Bytes);
      must(answer === 'passed', sentence`refused as too long, or no answer`);
      const given = await iccidsOf(api, iccidsOf7500Bytes);
      must(given.length === 0, sentence`${given.length} SIMs`);
      return undefined;
    },
  },
  {
    id: 'get-sims.1000-iccids',
    level: 'MAY',
    source: 'Many SIMs: at most 1000 [S]',
    title: 'A URL with 1000 ICCIDs, 20 KB, is accepted (then SIM_API_MAX_URL_BYTES can be raised)',
    async run(api) {
      const answer = await longList(api, madeUpIccids(1000));
      if (answer === 'E230') fail(sentence`E230 for 1000 SIMs`);
      must(answer === 'passed', sentence`refused as too long, or no answer`);
      return undefined;
    },
  },
  {
    id: 'get-sims.1001-iccids-are-e230',
    level: 'MUST',
    source: 'Error codes: E230 [S]',
    title: '1001 ICCIDs are refused with E230',
    async run(api) {
      const answer = await longList(api, madeUpIccids(1001));
      if (answer === 'too long') notApplicable(sentence`refused as too long, or no answer`);
      must(answer === 'E230', sentence`they are accepted`);
      return undefined;
    },
  },
];

/** Checks of `/get_sim`. */
export const simChecks: readonly Check[] = [
  {
    id: 'get-sim.by-iccid',
    level: 'MUST',
    source: 'Reads: /get_sim [C]',
    title: 'iccid returns this SIM as an object',
    async run(api) {
      const [iccid = ''] = (await api.sample()).iccids;
      const sim = await api.read('/get_sim', { iccid });
      must(isRow(sim), sentence`not an object but ${shownType(sim)}`);
      must(sim.iccid === iccid, sentence`another SIM`);
      return undefined;
    },
  },
  {
    id: 'get-sim.by-eid',
    level: 'MUST',
    source: 'Reads: /get_sim [C]',
    title: 'eid returns this SIM',
    async run(api) {
      const [eid = ''] = await eidsOfSample(api);
      const sim = await api.read('/get_sim', { eid });
      must(isRow(sim) && sim.eid === eid, sentence`another SIM, or none`);
      return undefined;
    },
  },
  {
    id: 'get-sim.fields-as-in-lists',
    level: 'SHOULD',
    source: 'SIM [C]',
    title: 'A SIM alone has the same fields as in a list',
    async run(api) {
      const { iccids } = await api.sample();
      const alone = await api.read('/get_sim', { iccid: iccids[0] ?? '' });
      const { rows } = await api.list('/get_sims', 'sims', { iccid: iccids });
      const inList = rows.filter(isRow).find(({ iccid }) => iccid === iccids[0]);
      if (!isRow(alone) || inList === undefined) notApplicable(sentence`the SIM is not in both`);
      const names = [...Object.keys(alone), ...Object.keys(inList)];
      const odd = names.filter((name) => name in alone !== name in inList);
      must(
        odd.length === 0,
        sentence`in only one of them: ${listed(odd.map((name) => api.fieldName(name)))}`,
      );
      return undefined;
    },
  },
  {
    id: 'get-sim.unknown-sim-is-e002',
    level: 'MUST',
    source: 'Error codes: E002 [S]',
    title: 'A SIM that does not exist is refused with E002',
    async run(api) {
      const answer = await api.ask('/get_sim', { iccid: unknownIccid });
      must(codeOf(answer) === 'E002', api.describe(answer));
      return undefined;
    },
  },
  {
    id: 'get-sim.without-a-sim',
    level: 'MAY',
    source: 'not in the contract',
    title: 'A call that names no SIM is refused; the remark shows how',
    async run(api) {
      const answer = await api.ask('/get_sim');
      must(!isSuccess(answer), sentence`accepted: ${api.describe(answer)}`);
      return api.describe(answer);
    },
  },
];
