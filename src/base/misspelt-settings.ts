/** An environment variable that no program reads, and the setting that it was probably meant to be. */
export interface MisspeltSetting {
  readonly name: string;
  readonly resembles: string;
}

/** A shorter beginning of a setting is too common to be reported. */
const minBeginning = 10;

/** Variables with a value whose name is none of `known`, but resembles one of them. Never reads a value beyond whether it is empty. */
export function misspeltSettings(
  environment: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): MisspeltSetting[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (value === undefined || value === '' || known.includes(name)) return [];
    const resembles = nearest(name, known);
    return resembles === undefined ? [] : [{ name, resembles }];
  });
}

export const faultOfMisspelt = ({ name, resembles }: MisspeltSetting): string =>
  `${name} is not a setting, but resembles ${resembles}: correct its name, or remove the variable`;

function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = lettersOf(name);
  const [first] = known
    .map((setting) => ({ setting, edits: editsBetween(plain, lettersOf(setting)) }))
    .filter(
      ({ setting, edits }) => edits <= maxEdits(lettersOf(setting)) && !isOtherShortName(plain, setting),
    )
    .sort((a, b) => a.edits - b.edits);
  if (first !== undefined) return first.setting;
  return name.length < minBeginning ? undefined : known.find((setting) => setting.startsWith(name));
}

/** LOGLEVEL and log_level are LOG_LEVEL. */
const lettersOf = (name: string) => name.toUpperCase().replaceAll('_', '');

const maxEdits = (letters: string) => (letters.length < 9 ? 1 : 2);

/** Of a short setting such as PORT only exchanged letters count: PORTS and POST are names of other programs. */
function isOtherShortName(letters: string, setting: string): boolean {
  return setting.length < 6 && [...letters].sort().join('') !== [...setting].sort().join('');
}

/** Number of letters to insert, remove, replace, or exchange with their neighbour, to make `b` of `a`. */
function editsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const [left = 0, above = 0, corner = 0] = [next[column - 1], last[column], last[column - 1]];
      const isExchanged =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next.push(
        Math.min(
          left + 1,
          above + 1,
          corner + (a[row - 1] === b[column - 1] ? 0 : 1),
          isExchanged ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [beforeLast, last] = [last, next];
  }
  return last[b.length] ?? 0;
}
