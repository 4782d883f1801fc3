import { type Api, codeOf, difference, isRow, isSuccess, madeUpIccids, textsIn } from '../api.ts';
import type { Check } from '../check.ts';
import { fail, must, notApplicable } from '../ended.ts';
import { listed, sentence, shownType } from '../shown.ts';
import { NoAnswer } from '../upstream.ts';

const unknownIccid = madeUpIccids(1);
/** As many as the gateway puts into one URL when it is not told otherwise: 7500 bytes of path and query. */
const iccidsOf7500Bytes = madeUpIccids(374);

/** What servers and proxies say to a URL or a header that is too long for them. */
const tooLong: ReadonlySet<number> = new Set([400, 413, 414, 431]);

/** The ICCIDs that a list of SIMs named by ICCID answers. */
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
    sentence`of ${wanted.length} asked for ${missing} are missing, ${foreign} are foreign`,
  );
}

/** What a list with so many ICCIDs in its URL is answered with. */
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

/** Checks of the read of many SIMs. */
export const simsChecks: readonly Check[] = [
  {
    id: 'get-sims.comma-list',
    level: 'MUST',
    source: 'Many SIMs [C, S]',
    title: 'iccid=a,b,c brings exactly these SIMs',
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
    title: 'Each SIM is there once',
    async run(api) {
      const given = await iccidsOf(api, (await api.sample()).iccids);
      must(
        new Set(given).size === given.length,
        sentence`${given.length - new Set(given).size} are there already`,
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
      must(given.join() === iccids.join(), sentence`in another order`);
      return undefined;
    },
  },
  {
    id: 'get-sims.repeated-keys',
    level: 'SHOULD',
    source: 'Many SIMs [C]',
    title: 'iccid=a&iccid=b brings exactly these SIMs',
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
    title: 'offset leaves out that many SIMs of a list of SIMs too',
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
    title: 'Of a known SIM and one that does not exist the known one is answered, without an error',
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
    title: 'eid=a,b brings exactly the SIMs with these EIDs',
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
    title: 'A URL of 7500 bytes goes through, and ICCIDs that do not exist bring an empty list',
    async run(api) {
      const answer = await longList(api, iccidsOf7500Bytes);
      must(answer === 'passed', sentence`somebody on the way refused it`);
      const given = await iccidsOf(api, iccidsOf7500Bytes);
      must(given.length === 0, sentence`${given.length} SIMs`);
      return undefined;
    },
  },
  {
    id: 'get-sims.1000-iccids',
    level: 'MAY',
    source: 'Many SIMs: at most 1000 [S]',
    title: 'A URL with 1000 ICCIDs, 20 KB, goes through (then SIM_API_MAX_URL_BYTES may be raised)',
    async run(api) {
      const answer = await longList(api, madeUpIccids(1000));
      if (answer === 'E230') fail(sentence`E230 for 1000 SIMs`);
      must(answer === 'passed', sentence`somebody on the way refused it`);
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
      if (answer === 'too long') notApplicable(sentence`somebody on the way refused a URL of that length`);
      must(answer === 'E230', sentence`they are answered`);
      return undefined;
    },
  },
];

/** Checks of the read of one SIM. */
export const simChecks: readonly Check[] = [
  {
    id: 'get-sim.by-iccid',
    level: 'MUST',
    source: 'Reads: /get_sim [C]',
    title: 'iccid brings that SIM as an object',
    async run(api) {
      const [iccid = ''] = (await api.sample()).iccids;
      const sim = await api.read('/get_sim', { iccid });
      must(isRow(sim), sentence`no object but ${shownType(sim)}`);
      must(sim.iccid === iccid, sentence`another SIM`);
      return undefined;
    },
  },
  {
    id: 'get-sim.by-eid',
    level: 'MUST',
    source: 'Reads: /get_sim [C]',
    title: 'eid brings that SIM',
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
    title: 'A SIM alone has the fields that it has in a list',
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
        sentence`only in one of them: ${listed(odd.map((name) => api.fieldName(name)))}`,
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
    title: 'A call that names no SIM is refused; the remark says how',
    async run(api) {
      const answer = await api.ask('/get_sim');
      must(!isSuccess(answer), sentence`it is answered: ${api.describe(answer)}`);
      return api.describe(answer);
    },
  },
];
