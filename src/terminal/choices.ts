import { InvalidArgumentError } from 'commander';

const nameOf = (text: string) => text.trim().toUpperCase().replaceAll('-', '_');

/** Reads an option that takes one of these names, in small letters and with hyphens, too. */
export function oneOf(names: readonly string[]): (text: string) => string {
  return (text) => {
    const name = nameOf(text);
    if (names.includes(name)) return name;
    throw new InvalidArgumentError(`It must be one of ${names.join(', ')}.`);
  };
}

/** Reads an option that takes some of these names, apart by commas, and more of them each time that it is given. */
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
