declare const fit: unique symbol;

/** Text that may stand in a report: made of the suite's own words, counts, names of fields, JSON types and code words, never of values. */
export type Shown = string & { readonly [fit]: true };

/** The type of a value as JSON names it; `missing` where there is none. */
export type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object' | 'missing';

/** Longer numbers may be somebody's. */
const maxCount = 9_999_999;

/** A sentence for the report. It takes counts and what is already fit to be shown; a value has no way in. */
export function sentence(words: TemplateStringsArray, ...values: readonly (Shown | number)[]): Shown {
  const shown = values.map((value) => (typeof value === 'number' ? count(value) : value));
  return String.raw({ raw: words.map((word) => word) }, ...shown) as Shown;
}

/** Words in a row, each once; `none` where there are none. */
export function listed(words: Iterable<Shown>, max = 30): Shown {
  const distinct = [...new Set(words)];
  if (distinct.length === 0) return sentence`none`;
  const rest = distinct.length - max;
  return `${distinct.slice(0, max).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}` as Shown;
}

/** The JSON type of a value. */
export function typeOf(value: unknown): JsonType {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object';
}

/** A word of the suite's own, such as a path or an id. Nothing that came from outside may be given to it. */
export function ownWord(word: string): Shown {
  return word as Shown;
}

/** The JSON type of a value, to be shown. */
export function shownType(value: unknown): Shown {
  return ownWord(typeOf(value));
}

/** A word of the SIM API's that looks like one of a fixed few, such as ACTIVE_READY or E103; anything else is not shown. */
export function codeWord(value: unknown): Shown {
  const isCode = typeof value === 'string' && /^[A-Z][A-Z0-9_]{0,29}$/.test(value) && !/\d{5}/.test(value);
  return isCode ? (value as Shown) : sentence`(not shown: ${shownType(value)})`;
}

/**
 * The name of a field. One that may be a value (an object whose keys are ICCIDs or names) is not shown: whatever looks
 * unlike a name, and what stands as a text elsewhere in the answers.
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

/** The code of what kept an answer from coming, such as ECONNRESET. */
export function socketCode(error: unknown): Shown {
  const cause = propertyOf(error, 'cause') ?? error;
  if (propertyOf(cause, 'name') === 'TimeoutError') return sentence`TIMEOUT`;
  const code = propertyOf(cause, 'code');
  return typeof code === 'string' ? codeWord(code) : sentence`for no known reason`;
}

/** Errors of the platform are not instances of this realm's Error everywhere. */
function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function count(value: number): string {
  return Math.abs(value) > maxCount ? `more than ${maxCount}` : String(value);
}
