import { createHash } from 'node:crypto';

/** What a path leaves behind: a line of a log, an error, or a header of an answer. */
interface Trace {
  readonly path: string;
  readonly place: string;
  readonly text: string;
  readonly isLog: boolean;
}

/** An HTTP answer of the gateway. */
export interface ProbedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Collects what the gateways print and answer, and finds secrets and personal data in it. */
export interface Canaries {
  /** Adds a value that may occur in no log and in no error, and returns it. Values of less than 6 characters are not searched. */
  add<Value extends string | number>(kind: string, value: Value): Value;
  /** A new value of 64 hexadecimal digits. */
  hex(kind: string): string;
  /** Names the path that is driven now. */
  begin(path: string): void;
  /** Returns the receiver of what one program prints. */
  output(program: string): (text: string) => void;
  /**
   * Keeps the headers and the errors of an answer. The values of the kinds `mayQuote` are removed from messages first: the request itself has
   * them, and the message quotes the value that is wrong.
   */
  answered(answer: ProbedAnswer, mayQuote?: readonly string[]): void;
  /**
   * Searches all that was kept. One sentence for each kind of value in a place that no earlier call has returned: how often, and the first
   * path with its text. Values are masked.
   */
  hits(): string[];
  counts(): { paths: number; answers: number; errors: number; logLines: number; kinds: string[] };
}

/** The forms of user names and passwords of the SIM API, which no line of a log may have. */
const credentialForms: readonly (readonly [kind: string, form: RegExp])[] = [
  ['a text like API_USER_<digits>', /API_USER_\d+/],
  ['64 hexadecimal digits', /[0-9a-f]{64}/i],
];

/** A message that quotes more than this is not the short part of a request that helps its sender. */
const maxQuotingMessage = 300;

/** Creates a collection without canaries. The same seed gives the same values. */
export function createCanaries(seed: string): Canaries {
  const kinds = new Map<string, string>();
  const traces: Trace[] = [];
  const paths = new Set<string>();
  const reported = new Set<string>();
  /** The last line of each program, if it has no end yet. */
  const openLines = new Map<string, string>();
  let path = 'the start';
  let [answers, errors, logLines] = [0, 0, 0];

  const addTrace = (place: string, text: string, isLog = false) => traces.push({ path, place, text, isLog });

  function addErrorTrace(error: WireError, mayQuote: readonly string[]): void {
    errors++;
    addTrace(
      `an error of ${error.code ?? error.extensions?.code}`,
      JSON.stringify(shortened(error, mayQuote)),
    );
  }

  /** An error without the description of the SIM API, which `simApi` shows by design, and without what its message may quote. */
  function shortened(error: WireError, mayQuote: readonly string[]): WireError {
    const { message = '', path: places = [] } = error;
    const isShort = message.length <= maxQuotingMessage;
    const quotable = [...kinds].filter(([, kind]) => isShort && mayQuote.includes(kind));
    const unquoted = (text: string) =>
      quotable.reduce((rest, [value]) => rest.replaceAll(value, '(quoted)'), text);
    return {
      ...withoutDescription(error),
      message: unquoted(message),
      path: places.map((step) => unquoted(String(step))),
      ...(error.extensions && { extensions: withoutDescription(error.extensions) }),
    };
  }

  function masked(text: string): string {
    const values = [...kinds].sort(([one], [other]) => other.length - one.length);
    const known = values.reduce((rest, [value, kind]) => rest.replaceAll(value, `<${kind}>`), text);
    return credentialForms.reduce(
      (rest, [kind, form]) => rest.replace(new RegExp(form, 'gi'), `<${kind}>`),
      known,
    );
  }

  return {
    add(kind, value) {
      if (String(value).length >= 6) kinds.set(String(value), kind);
      return value;
    },
    hex(kind) {
      const value = createHash('sha256').update(`${seed} ${kind}`).digest('hex');
      kinds.set(value, kind);
      return value;
    },
    begin(name) {
      path = name;
      paths.add(name);
    },
    output(program) {
      const place = `the log of ${program}`;
      return (text) => {
        const lines = ((openLines.get(place) ?? '') + text).split('\n');
        openLines.set(place, lines.pop() ?? '');
        logLines += lines.length;
        for (const line of lines) addTrace(place, line, true);
      };
    },
    answered({ status, headers, text }, mayQuote = []) {
      answers++;
      for (const [name, value] of Object.entries(headers))
        addTrace(`the header ${name} of an answer`, String(value));
      const body = parsed(text);
      if (body === undefined) {
        if (status >= 400) addTrace(`the body of an answer with status ${status}`, text);
        return;
      }
      for (const error of errorsIn(body)) addErrorTrace(error, mayQuote);
      if (status < 400) return;
      const { errors: _, data: __, ...rest } = body as Record<string, unknown>;
      addTrace(`the body of an answer with status ${status}`, JSON.stringify(rest));
    },
    hits() {
      const searched = [...kinds].map(([value, kind]) => [kind, formsOf(value)] as const);
      const first = new Map<string, { readonly trace: Trace; times: number }>();
      const unended = [...openLines].map(([place, text]) => ({ path, place, text, isLog: true }));
      for (const trace of [...traces, ...unended]) {
        const { text, isLog, place } = trace;
        const found = searched.filter(([, forms]) => forms.some((form) => form.test(text)));
        const names = new Set(found.map(([kind]) => kind));
        if (isLog) for (const [kind, form] of credentialForms) if (form.test(text)) names.add(kind);
        for (const name of names) {
          const hit = `${name} in ${place}`;
          const known = first.get(hit);
          if (known === undefined) first.set(hit, { trace, times: 1 });
          else known.times++;
        }
      }
      const fresh = [...first].filter(([hit]) => !reported.has(hit));
      for (const [hit] of fresh) reported.add(hit);
      return fresh.map(
        ([hit, { trace, times }]) =>
          `${hit}, ${times} times, first on the path "${trace.path}": ${masked(trace.text).slice(0, 400)}`,
      );
    },
    counts: () => ({ paths: paths.size, answers, errors, logLines, kinds: [...new Set(kinds.values())] }),
  };
}

/** Patterns that find a value in any case, in a URL, or in base64 from any offset. */
function formsOf(value: string): RegExp[] {
  const literal = (text: string, flags = '') =>
    new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), flags);
  // Digits inside a longer number, such as an ICCID, are another number.
  if (/^\d+$/.test(value)) return [new RegExp(`(?<!\\d)${value}(?!\\d)`)];
  const coded = [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]).toString('base64');
    // The characters at both ends depend on the bytes around the value.
    return literal(bytes.slice(offset === 0 ? 0 : 4).replace(/.?.=*$/, ''));
  });
  return [literal(value, 'i'), literal(encodeURIComponent(value), 'i'), ...coded];
}

interface WireError {
  readonly message?: string;
  readonly code?: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>> & { readonly code?: string };
}

/** All errors of a body: those beside the data, and in the data every object with a code and a message. */
function errorsIn(body: unknown): WireError[] {
  if (typeof body !== 'object' || body === null) return [];
  if (Array.isArray(body)) return body.flatMap(errorsIn);
  const { errors, ...rest } = body as { errors?: unknown };
  const beside = Array.isArray(errors) ? (errors as WireError[]) : [];
  const inside =
    'code' in rest && 'message' in rest ? [rest as WireError] : Object.values(rest).flatMap(errorsIn);
  return [...beside, ...inside];
}

/** The fields of an error without `simApi.description`: the text of the SIM API for a code. Everything else of `simApi` stays. */
function withoutDescription<Fields extends object>(fields: Fields): Fields {
  if (!('simApi' in fields) || typeof fields.simApi !== 'object' || fields.simApi === null) return fields;
  const { description: _, ...simApi } = fields.simApi as { description?: unknown };
  return { ...fields, simApi };
}

function parsed(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' ? (json ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}
