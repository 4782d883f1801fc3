declare const fit: unique symbol;

/** Text that may be in a report: words of the suite, counts, names of fields, JSON types and code words, never values. */
export type Shown = string & { readonly [fit]: true };

/** The JSON type of a value; `missing` if there is no value. */
export type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object' | 'missing';

/** Larger numbers could be an IMSI, MSISDN or another value of the account. */
const maxCount = 9_999_999;

/** A sentence for the report. It accepts only counts and `Shown` texts, so no value can get into a report. */
export function sentence(words: TemplateStringsArray, ...values: readonly (Shown | number)[]): Shown {
  const shown = values.map((value) => (typeof value === 'number' ? count(value) : value));
  return String.raw({ raw: words.map((word) => word) }, ...shown) as Shown;
}

/** The distinct words separated by commas, at most `max`; `none` if there are none. */
export function listed(words: Iterable<Shown>, max = 30): Shown {
  const distinct = [...new Set(words)];
  if (distinct.length === 0) return sentence`none`;
  const rest = distinct.length - max;
  return `${distinct.slice(0, max).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}` as Shown;
}

export function typeOf(value: unknown): JsonType {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object';
}

/** A word of the suite, such as a path or an id. Never pass text from an answer. */
export function ownWord(word: string): Shown {
  return word as Shown;
}

export function shownType(value: unknown): Shown {
  return ownWord(typeOf(value));
}

/** A word of the SIM API that looks like an enum value, such as ACTIVE_READY or E103. Other values are not shown. */
export function codeWord(value: unknown): Shown {
  const isCode = typeof value === 'string' && /^[A-Z][A-Z0-9_]{0,29}$/.test(value) && !/\d{5}/.test(value);
  return isCode ? (value as Shown) : sentence`(not shown: ${shownType(value)})`;
}

/**
 * The name of a field. A name that may be a value (an object whose keys are ICCIDs or names) is not shown: if it does not
 * look like a field name, or if it is a text elsewhere in the answers.
 */
export function fieldName(name: string, textsSeen: ReadonlySet<string>): Shown {
  const isName = /^[A-Za-z_][A-Za-z0-9_]{0,39}$/.test(name) && !/\d{5}/.test(name);
  return isName && !textsSeen.has(name) ? (name as Shown) : sentence`(name not shown)`;
}

/** A media type without its parameters, such as application/json. */
export function mediaType(header: string | null): Shown {
  const type = /^[a-z]+\/[a-z0-9.+-]{1,60}/.exec(header?.toLowerCase() ?? '')?.[0];
  return type === undefined || /\d{5}/.test(type) ? sentence`no media type` : (type as Shown);
}

/** The code of the error of a request without an answer, such as ECONNRESET. */
export function socketCode(error: unknown): Shown {
  const cause = propertyOf(error, 'cause') ?? error;
  if (propertyOf(cause, 'name') === 'TimeoutError') return sentence`TIMEOUT`;
  const code = propertyOf(cause, 'code');
  return typeof code === 'string' ? codeWord(code) : sentence`unknown reason`;
}

/** Reads a property without `instanceof Error`: errors of the platform may belong to another realm. */
function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function count(value: number): string {
  return Math.abs(value) > maxCount ? `more than ${maxCount}` : String(value);
}
