import { InvalidArgumentError } from 'commander';

const nameOf = (text: string) => text.trim().toUpperCase().replaceAll('-', '_');

/** Parses an option whose value is one of these names; lower case and hyphens are accepted. */
export function oneOf(names: readonly string[]): (text: string) => string {
  return (text) => {
    const name = nameOf(text);
    if (names.includes(name)) return name;
    throw new InvalidArgumentError(`It must be one of ${names.join(', ')}.`);
  };
}

/** Parses an option whose value is a comma-separated list of these names. Repeated options add to the list. */
export function someOf(
  names: readonly string[],
): (text: string, before: readonly string[] | undefined) => readonly string[] {
  return (text, before = []) => {
    const chosen = text.split(',').map(nameOf);
    const faulty = chosen.find((name) => !names.includes(name));
    if (faulty === undefined) return [...new Set([...before, ...chosen])];
    throw new InvalidArgumentError(`${JSON.stringify(faulty)} is not one of ${names.join(', ')}.`);
  };
}
