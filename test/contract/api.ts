import { fail, must, notApplicable, notChecked } from './ended.ts';
import { codeWord, fieldName, mediaType, type Shown, sentence, shownType } from './shown.ts';
import { type Answer, NoAnswer, type Parameters, type Upstream } from './upstream.ts';

/** A JSON object. */
export type Row = Readonly<Record<string, unknown>>;

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A page of a list; `rows` is its array, unchecked. */
export interface ListPage {
  readonly json: unknown;
  readonly rows: readonly unknown[];
  readonly found: unknown;
  readonly offset: unknown;
  readonly total: unknown;
}

/** SIMs and a group of the account, taken from its first page of SIMs. */
export interface Sample {
  readonly page: ListPage;
  /** At most 20 ICCIDs, spread over the page. */
  readonly iccids: readonly string[];
  /** At most 5 EIDs. */
  readonly eids: readonly string[];
  /** At most 3 SIMs with the latest data sessions, the latest first. */
  readonly busiest: readonly [string, ...string[]];
  /** A SIM that was never on a network; null if there is none. */
  readonly unused: string | null;
  /** A group that has SIMs; null if no SIM is in a group. */
  readonly group: string | null;
}

/** The client of the checks. It sends each distinct request once, and requests a token when the first read needs one. */
export class Api {
  private readonly asked = new Map<string, Promise<Answer>>();
  private accessToken: string | undefined;
  private sampled: Promise<Sample> | undefined;

  constructor(
    private readonly upstream: Upstream,
    /** Whether one login with a wrong password is allowed. */
    readonly triesBadCredentials: boolean,
    /** The time at the SIM API, in epoch milliseconds. */
    readonly now: () => number,
  ) {}

  /** Every answer so far. */
  get answers(): readonly Answer[] {
    return this.upstream.answers;
  }

  /** The answer to a token call; later reads use the newest access token. */
  token(form: Readonly<Record<string, string>>, variant: '' | 'again' = ''): Promise<Answer> {
    return this.once(`token ${JSON.stringify(form)} ${variant}`, async () => {
      const answer = await this.upstream.token(form);
      const token = isRow(answer.json) ? answer.json.access_token : undefined;
      if (isSuccess(answer) && typeof token === 'string' && /^[\x21-\x7e]+$/.test(token))
        this.accessToken = token;
      return answer;
    });
  }

  /** The answer to a read, a refusal included. Errors: Ended if there is no token, NoAnswer. */
  async ask(
    path: string,
    parameters: Parameters = {},
    variant: '' | 'again' | 'repeated' = '',
  ): Promise<Answer> {
    return this.once(`${path} ${JSON.stringify(parameters)} ${variant}`, async () => {
      if (this.accessToken === undefined) {
        await this.token({ grant_type: 'password' }).catch((error: unknown) => {
          if (!(error instanceof NoAnswer)) throw error;
        });
      }
      if (this.accessToken === undefined) notChecked(sentence`there is no access token`);
      return this.upstream.get(path, parameters, this.accessToken, variant === 'repeated');
    });
  }

  /** The answer to a read with the given token; null sends none. */
  askAs(token: string | null, path: string): Promise<Answer> {
    return this.once(`${path} as ${token}`, () => this.upstream.get(path, {}, token));
  }

  /** The JSON of a successful read. Errors: Ended if the read is refused or is not JSON. */
  async read(path: string, parameters?: Parameters, variant?: 'again' | 'repeated'): Promise<unknown> {
    const answer = await this.ask(path, parameters, variant);
    must(isSuccess(answer) && answer.json !== undefined, this.describe(answer));
    return answer.json;
  }

  /** A page of the list in the field `name`. Errors: Ended if the read is refused or there is no array. */
  async list(
    path: string,
    name: string,
    parameters?: Parameters,
    variant?: 'again' | 'repeated',
  ): Promise<ListPage> {
    const json = await this.read(path, parameters, variant);
    const rows = isRow(json) ? json[name] : json;
    if (!Array.isArray(rows)) fail(sentence`the list is not an array but ${shownType(rows)}`);
    const page = isRow(json) ? json : {};
    return { json, rows, found: page.found, offset: page.offset, total: page.total };
  }

  /** The sample of the account, read once. Errors: Ended if the account has no SIM or its list cannot be read. */
  sample(): Promise<Sample> {
    this.sampled ??= this.list('/get_account_sims', 'sims', { offset: 0 }).then(sampleOf, () =>
      notChecked(sentence`the list of the account's SIMs could not be read`),
    );
    return this.sampled;
  }

  /** Describes an answer for the report, without values. */
  describe(answer: Answer): Shown {
    const code = codeOf(answer);
    if (code !== null) return sentence`HTTP ${answer.status} with ${codeWord(code)}`;
    const { json } = answer;
    if (json === undefined) {
      const kind =
        answer.body === '' ? sentence`an empty body` : mediaType(answer.headers.get('content-type'));
      return sentence`HTTP ${answer.status} with ${kind} that is not JSON`;
    }
    const error = isRow(json) && typeof json.error === 'string' ? sentence` and an OAuth error` : sentence``;
    return sentence`HTTP ${answer.status} with JSON (${shownType(json)})${error}`;
  }

  /** The name of a field, if it may be shown in the report. */
  fieldName(name: string): Shown {
    return fieldName(name, this.upstream.textsSeen);
  }

  private once(question: string, ask: () => Promise<Answer>): Promise<Answer> {
    const known = this.asked.get(question);
    if (known !== undefined) return known;
    const answer = ask();
    this.asked.set(question, answer);
    return answer;
  }
}

/** Whether an answer has a status of 2xx and no error code. */
export function isSuccess(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300 && codeOf(answer) === null;
}

/** The `error_code` of an answer; null if it has none. */
export function codeOf({ json }: Answer): string | null {
  const code = isRow(json) ? json.error_code : undefined;
  return typeof code === 'string' ? code : null;
}

/** The non-empty strings in a field of the rows. */
export function textsIn(rows: readonly unknown[], field: string): string[] {
  return rows.flatMap((row) => {
    const value = isRow(row) ? row[field] : undefined;
    return typeof value === 'string' && value !== '' ? [value] : [];
  });
}

/** Number of distinct items of `wanted` that are not in `given`, and of `given` that are not in `wanted`. */
export function difference(
  wanted: readonly string[],
  given: readonly string[],
): { missing: number; foreign: number } {
  const asked = new Set(wanted);
  const present = new Set(given);
  return {
    missing: [...asked].filter((item) => !present.has(item)).length,
    foreign: [...present].filter((item) => !asked.has(item)).length,
  };
}

const sampleSize = 20;

function sampleOf(page: ListPage): Sample {
  const iccids = textsIn(page.rows, 'iccid').filter((iccid) => /^\d+$/.test(iccid));
  if (iccids.length === 0) notApplicable(sentence`the account has no SIM`);
  const step = Math.max(1, Math.floor(iccids.length / sampleSize));
  const spread = iccids.filter((_, index) => index % step === 0).slice(0, sampleSize);
  const byUse = page.rows.filter(isRow).filter(({ iccid }) => typeof iccid === 'string');
  byUse.sort((a, b) => Number(b.lastDataSessionMillis ?? 0) - Number(a.lastDataSessionMillis ?? 0));
  const [busiest = '', ...others] = textsIn(byUse, 'iccid');
  const neverSeen = page.rows.filter((row) => isRow(row) && row.lastNetworkActivityMillis === 0);
  return {
    page,
    iccids: spread,
    eids: textsIn(page.rows, 'eid').slice(0, 5),
    busiest: [busiest, ...others.slice(0, 2)],
    unused: textsIn(neverSeen, 'iccid')[0] ?? null,
    group: textsIn(page.rows, 'group')[0] ?? null,
  };
}

/** ICCIDs that do not exist, because no country has the code 000. Their check digits are correct. */
export function madeUpIccids(count: number): string[] {
  return Array.from({ length: count }, (_, number) =>
    withCheckDigit(`8900000${String(number).padStart(11, '0')}`),
  );
}

function withCheckDigit(digits: string): string {
  let sum = 0;
  [...digits].reverse().forEach((digit, place) => {
    const weighed = place % 2 === 0 ? Number(digit) * 2 : Number(digit);
    sum += weighed > 9 ? weighed - 9 : weighed;
  });
  return digits + String((10 - (sum % 10)) % 10);
}
