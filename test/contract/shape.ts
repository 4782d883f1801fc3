import { fieldName, ownWord, type Shown, sentence, typeOf } from './shown.ts';
import type { Answer } from './upstream.ts';

/** A field in the answers of one path, with the number of its values of each JSON type. */
export interface ShapeLine {
  /** For example `sims[].status.primary`. */
  readonly field: Shown;
  /** For example `985 × string, 15 × null`. */
  readonly types: Shown;
}

/** The shape of the answers of one path: names of fields and JSON types, no values. */
export interface Shape {
  readonly path: Shown;
  /** Statuses, each with its number of answers. */
  readonly answers: Shown;
  readonly lines: readonly ShapeLine[];
}

/** More lines than this mean that the keys of an object are values, not names of fields. */
const maxLines = 80;

/** The shapes of all answers, one for each path, sorted by path. */
export function shapesOf(answers: readonly Answer[], textsSeen: ReadonlySet<string>): Shape[] {
  const paths = [...new Set(answers.map(({ path }) => path))].sort();
  return paths.map((path) => {
    const ofPath = answers.filter((answer) => answer.path === path);
    const places = new Map<Shown, Map<string, number>>();
    for (const { json } of ofPath) if (json !== undefined) note(places, ownWord(''), json, textsSeen);
    const statuses = new Map<string, number>();
    for (const { status } of ofPath) add(statuses, `HTTP ${status}`);
    return {
      path: ownWord(path),
      answers: counts(statuses),
      lines: [...places].slice(0, maxLines).map(([field, types]) => ({ field, types: counts(types) })),
    };
  });
}

function note(
  places: Map<Shown, Map<string, number>>,
  place: Shown,
  value: unknown,
  textsSeen: ReadonlySet<string>,
): void {
  if (place !== '') {
    const types = places.get(place) ?? new Map<string, number>();
    add(types, typeOf(value));
    places.set(place, types);
  }
  if (Array.isArray(value)) for (const item of value) note(places, sentence`${place}[]`, item, textsSeen);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      const name = fieldName(key, textsSeen);
      note(places, place === '' ? name : sentence`${place}.${name}`, item, textsSeen);
    }
  }
}

function add(counted: Map<string, number>, word: string): void {
  counted.set(word, (counted.get(word) ?? 0) + 1);
}

function counts(counted: ReadonlyMap<string, number>): Shown {
  return ownWord([...counted].map(([word, count]) => `${count} × ${word}`).join(', '));
}
