import type { Command } from 'commander';
import { WrongUsage } from './exit-codes.ts';

/**
 * Refuses arguments in which a flag stands where the value of another option belongs: commander takes it as that value, so an unset
 * variable in `--text $TEXT --dry-run` would send the text "--dry-run". `--text=--dry-run` is a value. Errors: WrongUsage.
 */
export function refuseFlagsAsValues(command: Command, args: readonly string[]): void {
  const flags = new Set(['--help', ...command.options.map(({ long }) => long)]);
  const withValue = new Set(command.options.filter(({ required }) => required).map(({ long }) => long));
  for (const [index, flag] of args.entries()) {
    const next = args[index + 1];
    if (next === undefined || !withValue.has(flag) || !flags.has(next)) continue;
    throw new WrongUsage(
      `${flag} needs a value; ${next} is another option. To give it as the value, write ${flag}=${next}`,
    );
  }
}
