import { readFileSync } from 'node:fs';
import { WrongUsage } from './exit-codes.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
};

/** Reads a file that an option names. Errors: WrongUsage. */
export function readTextFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new WrongUsage(`${file} cannot be read: ${REASONS[code] ?? code}.`);
  }
}
