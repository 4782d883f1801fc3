import { type Api, codeOf, isRow } from '../api.ts';
import type { Check } from '../check.ts';
import { must, notApplicable } from '../ended.ts';
import { codeWord, listed, mediaType, sentence, shownType } from '../shown.ts';
import type { Answer } from '../upstream.ts';

const knownCodes: ReadonlySet<string> = new Set([
  ...[
    'E000',
    'E002',
    'E003',
    'E101',
    'E102',
    'E103',
    'E201',
    'E202',
    'E203',
    'E210',
    'E211',
    'E220',
    'E230',
    'E240',
  ],
]);

/** All answers so far that have an error code. */
function refusals(api: Api): { code: string; answer: Answer }[] {
  const found = api.answers.flatMap((answer) => {
    const code = codeOf(answer);
    return code === null ? [] : [{ code, answer }];
  });
  if (found.length === 0) notApplicable(sentence`no answer had an error code`);
  return found;
}

const isMilliseconds = (value: unknown) => Number(value) >= 1e11;

/** Checks of properties of all answers. They send no request and run after the checks that do. */
export const answerChecks: readonly Check[] = [
  {
    id: 'errors.codes-known',
    level: 'SHOULD',
    source: 'Error codes [S]',
    title: 'Every error code is in the vendor’s table',
    async run(api) {
      const codes = refusals(api).map(({ code }) => code);
      const unknown = codes.filter((code) => !knownCodes.has(code));
      must(unknown.length === 0, sentence`unknown: ${listed(unknown.map(codeWord))}`);
      return sentence`seen: ${listed(codes.map(codeWord))}`;
    },
  },
  {
    id: 'errors.form-of-the-code',
    level: 'MUST',
    source: 'Error body [C]',
    title: 'error_code is a text of E and digits',
    async run(api) {
      const odd = api.answers
        .filter(({ json }) => isRow(json) && json.error_code !== undefined)
        .filter((answer) => !/^E\d{1,9}$/.test(codeOf(answer) ?? ''));
      must(
        odd.length === 0,
        sentence`${odd.length} answers: ${listed(odd.map(({ json }) => codeWord(isRow(json) && json.error_code)))}`,
      );
      return undefined;
    },
  },
  {
    id: 'errors.description-and-timestamp',
    level: 'SHOULD',
    source: 'Error body [C]',
    title: 'An error code comes with error_description, a text, and timestamp, a number',
    async run(api) {
      for (const { code, answer } of refusals(api)) {
        const { error_description: description, timestamp } = isRow(answer.json) ? answer.json : {};
        must(
          typeof description === 'string',
          sentence`${codeWord(code)}: error_description is ${shownType(description)}`,
        );
        must(
          typeof timestamp === 'number',
          sentence`${codeWord(code)}: timestamp is ${shownType(timestamp)}`,
        );
      }
      return undefined;
    },
  },
  {
    id: 'errors.http-status',
    level: 'MAY',
    source: 'HTTP status of an error: 403 for E003, for the others not known [C, I]',
    title: 'A refusal has a status of 4xx or 5xx; the remark shows which',
    async run(api) {
      const statuses = refusals(api).map(({ code, answer }) => sentence`${codeWord(code)}: ${answer.status}`);
      const cheerful = refusals(api).filter(({ answer }) => answer.status < 400).length;
      must(cheerful === 0, listed(statuses));
      return listed(statuses);
    },
  },
  {
    id: 'errors.e003-is-403',
    level: 'SHOULD',
    source: 'HTTP status of an error: 403 for E003 [C]',
    title: 'E003 has the status 403',
    async run(api) {
      const statuses = refusals(api)
        .filter(({ code }) => code === 'E003')
        .map(({ answer }) => answer.status);
      if (statuses.length === 0) notApplicable(sentence`no answer had E003`);
      must(
        statuses.every((status) => status === 403),
        sentence`HTTP ${statuses.find((status) => status !== 403) ?? 0}`,
      );
      return undefined;
    },
  },
  {
    id: 'times.errors-in-milliseconds',
    level: 'SHOULD',
    source: 'Times [C≠]',
    title: 'The timestamp of an error is in milliseconds',
    async run(api) {
      const seconds = refusals(api).filter(
        ({ answer }) => isRow(answer.json) && !isMilliseconds(answer.json.timestamp),
      );
      must(seconds.length === 0, sentence`${seconds.length} are not`);
      return undefined;
    },
  },
  {
    id: 'times.sims-in-milliseconds',
    level: 'SHOULD',
    source: 'Times [C≠]; SIM fields [S]',
    title: 'The times of SIMs are in milliseconds',
    async run(api) {
      const { page } = await api.sample();
      const names = [
        'lastNetworkActivityMillis',
        'lastModifiedMillis',
        'lastDataSessionMillis',
        'lastUsageUpdate',
      ];
      const times = page.rows.filter(isRow).flatMap((row) => names.map((name) => Number(row[name] ?? 0)));
      const given = times.filter((at) => at > 0);
      if (given.length === 0) notApplicable(sentence`no SIM has a time`);
      const seconds = given.filter((at) => !isMilliseconds(at)).length;
      must(seconds === 0, sentence`${seconds} of ${given.length} are seconds`);
      return sentence`${given.length} times`;
    },
  },
  {
    id: 'answers.json-media-type',
    level: 'SHOULD',
    source: 'Transport [C]',
    title: 'Every answer that is JSON has a JSON content-type',
    async run(api) {
      const types = api.answers
        .filter(({ json }) => json !== undefined)
        .map(({ headers }) => mediaType(headers.get('content-type')));
      const odd = types.filter((type) => !/^application\/(?:[a-z.-]+\+)?json$/.test(type));
      must(odd.length === 0, listed(odd));
      return undefined;
    },
  },
  {
    id: 'answers.rate-limit-headers',
    level: 'MAY',
    source: 'Pace: no published rate limit [C]',
    title: 'No answer shows a rate limit: no 429, no Retry-After, no rate limit headers',
    async run(api) {
      const busy = api.answers.filter(
        ({ status, headers }) => status === 429 || headers.has('retry-after'),
      ).length;
      const names = api.answers.flatMap(({ headers }) =>
        [...headers.keys()].filter((name) => /^(?:x-)?ratelimit/.test(name)),
      );
      must(
        busy === 0 && names.length === 0,
        sentence`${busy} answers with 429 or Retry-After, ${new Set(names).size} rate limit headers`,
      );
      return undefined;
    },
  },
  {
    id: 'answers.clock',
    level: 'MAY',
    source: 'Times: clock off by 10 minutes',
    title: 'The Date of the answers is within a minute of this machine’s clock',
    async run(api) {
      const date = Date.parse(api.answers.at(-1)?.headers.get('date') ?? '');
      if (Number.isNaN(date)) notApplicable(sentence`the answers have no Date`);
      const minutes = Math.round(Math.abs(Date.now() - date) / 60_000);
      must(minutes <= 1, sentence`${minutes} minutes apart`);
      return undefined;
    },
  },
];
