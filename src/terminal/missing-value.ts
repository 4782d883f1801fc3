import type { Command } from 'commander';
import { WrongUsage } from './exit-codes.ts';

/**
 * Refuses arguments in which another option stands where the value of an option belongs: commander takes it as that value, so an unset
 * variable in `--text $TEXT --dry-run` would send the text "--dry-run". `--text=--dry-run` is a value, and so are `-` and a negative
 * number. Errors: WrongUsage.
 */
export function refuseFlagsAsValues(command: Command, args: readonly string[]): void {
  const withValue = new Set(command.options.filter(({ required }) => required).map(({ long }) => long));
  for (const [index, flag] of args.entries()) {
    const next = args[index + 1];
    if (next === undefined || !withValue.has(flag) || !/^-[^\d\s]/.test(next)) continue;
    const shown = next.replace(/=.*$/s, '=…');
    throw new WrongUsage(
      `${flag} needs a value; ${shown} begins like another option. To give it as the value, write ${flag}=${shown}`,
    );
  }
}
