import { interpret } from '../../../src/sim-api/answer.ts';
import { tokenPath } from '../../../src/sim-api/endpoints.ts';
import { Garbled, Unreachable } from '../../../src/sim-api/errors.ts';
import { decodePage } from '../../../src/sim-api/wire/page.wire.ts';
import { decodeToken } from '../../../src/sim-api/wire/token.wire.ts';
import { type Api, isSuccess } from '../api.ts';
import type { Check } from '../check.ts';
import { must, notApplicable } from '../ended.ts';
import { type Inspection, type Kind, kinds } from '../kinds.ts';
import { listed, ownWord, type Shown, sentence } from '../shown.ts';
import type { Answer } from '../upstream.ts';

/** Every object of a kind in all answers. Errors: Ended if there is none. */
function inspected(api: Api, kind: Kind): Inspection[] {
  const read = api.answers.filter((answer) => isSuccess(answer) && answer.json !== undefined);
  const objects = read.flatMap((answer) => {
    const list = kind.paths[answer.path];
    if (list === undefined) return [];
    return list === null ? [answer.json].flat() : rowsOf(answer, list);
  });
  if (objects.length === 0) notApplicable(sentence`no answer had one`);
  return objects.map((raw) => kind.inspect(raw));
}

/** The items of a page as the gateway decodes it; empty if it cannot decode the page. */
function rowsOf({ path, json }: Answer, list: string): unknown[] {
  try {
    return [...decodePage(path, json, list, 0, (raw) => raw).rows];
  } catch (error) {
    if (error instanceof Garbled) return [];
    throw error;
  }
}

/** Names of fields, each with the number of its objects. */
function counted(api: Api, kind: Kind, names: readonly string[]): Shown {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return listed([...counts].map(([name, count]) => sentence`${shownName(api, kind, name)} (${count})`));
}

function shownName(api: Api, kind: Kind, name: string): Shown {
  if (kind.fields.includes(name)) return ownWord(name);
  const [outer = '', inner] = name.split('.');
  const isNested = inner !== undefined && kind.fields.some((known) => known.startsWith(`${outer}.`));
  if (!isNested) return api.fieldName(name);
  return sentence`${api.fieldName(outer)}.${api.fieldName(inner)}`;
}

function checksOf(kind: Kind): Check[] {
  const { id, title, source } = kind;
  return [
    {
      id: `decoding.${id}-readable`,
      level: 'MUST',
      source,
      title: `The gateway reads every ${title}, and every field of it that has a value`,
      async run(api) {
        const found = inspected(api, kind);
        const lost = found.filter(({ isReadable }) => !isReadable).length;
        const names = found.flatMap(({ unreadable }) => unreadable);
        must(
          lost === 0 && names.length === 0,
          sentence`unreadable of ${found.length}: ${lost} whole objects; fields: ${counted(api, kind, names)}`,
        );
        return sentence`${found.length} of them`;
      },
    },
    {
      id: `decoding.${id}-types`,
      level: 'SHOULD',
      source,
      title: `The fields of a ${title} have the JSON types of the contract`,
      async run(api) {
        const odd = inspected(api, kind).flatMap(({ otherType }) => otherType);
        const types = odd.map(({ name, type }) => sentence`${shownName(api, kind, name)}: ${ownWord(type)}`);
        must(odd.length === 0, listed(types));
        return undefined;
      },
    },
    {
      id: `decoding.${id}-fields-known`,
      level: 'MAY',
      source,
      title: `A ${title} has only fields that are in the contract`,
      async run(api) {
        const names = inspected(api, kind).flatMap(({ unknown }) => unknown);
        must(names.length === 0, counted(api, kind, names));
        return undefined;
      },
    },
  ];
}

/** Longer than any URL of a gateway with default settings. */
const longUrlBytes = 8000;

/** Whether the gateway never sends such a request: `/get_sim` without a SIM, or a URL longer than its default maximum. */
function isForeign({ path, parameters, urlBytes }: Answer): boolean {
  return (path === '/get_sim' && parameters.length === 0) || urlBytes > longUrlBytes;
}

/** Whether the gateway can interpret an answer, as JSON or as a refusal. */
function isUnderstood({ path, status, headers, body }: Answer): boolean {
  const request = { operation: path.slice(1), method: 'GET' } as const;
  try {
    interpret(request, { status, headers: Object.fromEntries(headers), body });
    return true;
  } catch (error) {
    return !(error instanceof Garbled || error instanceof Unreachable);
  }
}

/** Checks that the decoders of the gateway read every answer of the other checks. */
export const decodingChecks: readonly Check[] = [
  {
    id: 'decoding.answers-understood',
    level: 'MUST',
    source: 'Error body, HTTP status of an error [C, I]',
    title: 'Every answer is a success with JSON, a refusal with a code, or a status that the gateway handles',
    async run(api) {
      const odd = api.answers.filter(
        (answer) => answer.path !== tokenPath && !isForeign(answer) && !isUnderstood(answer),
      );
      must(
        odd.length === 0,
        listed(odd.map((answer) => sentence`${ownWord(answer.path)}: ${api.describe(answer)}`)),
      );
      return sentence`${api.answers.length} answers`;
    },
  },
  {
    id: 'decoding.token-readable',
    level: 'MUST',
    source: 'Token answer [C≠]',
    title: 'The gateway reads every token',
    async run(api) {
      const tokens = api.answers.filter((answer) => answer.path === tokenPath && isSuccess(answer));
      if (tokens.length === 0) notApplicable(sentence`no answer had one`);
      const lost = tokens.filter(({ body }) => decodeToken(body) === undefined).length;
      must(lost === 0, sentence`${lost} of ${tokens.length} are unreadable`);
      return sentence`${tokens.length} of them`;
    },
  },
  ...kinds.flatMap(checksOf),
];
