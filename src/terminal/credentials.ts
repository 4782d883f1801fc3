import { WrongUsage } from './exit-codes.ts';
import { openLogins } from './logins.ts';
import { isExposed as isExposedUrl } from './loopback.ts';
import { readSettings } from './settings.ts';

/** The API key or token of a caller. */
export interface Credentials {
  readonly key: string;
  /** Where it is from, in words. */
  readonly from: string;
  /** It is sent over http to another computer, which its owner has asked for by an option or a variable. */
  readonly isExposed: boolean;
}

/**
 * Finds the key for the gateway at `url`: that of --key, then that of SIM_GATEWAY_KEY, then the stored login for its origin. Null if
 * there is none. Errors: WrongUsage.
 */
export function findCredentials(url: string, option: string | undefined): Credentials | null {
  const settings = readSettings();
  const isExposed = isExposedUrl(new URL(url));
  if (option !== undefined) return { key: keyOfOption(option), from: '--key', isExposed };
  if (settings.key !== undefined)
    return { key: checkedKey(settings.key, 'SIM_GATEWAY_KEY'), from: 'SIM_GATEWAY_KEY', isExposed };
  // No login is stored for such a URL; a changed file must not make the CLI send a key there.
  if (isExposed) return null;
  const logins = openLogins(settings.folder);
  const key = logins.keyFor(new URL(url).origin);
  return key === undefined
    ? null
    : { key: checkedKey(key, logins.path), from: 'the stored login', isExposed };
}

/**
 * The key of the option --key. In 0.1 this option of `bulk` was the idempotency key: such a value must not be taken for a credential, and the
 * operation must not start without its idempotency key. Errors: WrongUsage.
 */
function keyOfOption(option: string): string {
  const key = checkedKey(option, '--key');
  if (key.startsWith('simgw_') || key.split('.').length === 3) return key;
  throw new WrongUsage(
    '--key is an API key (simgw_…) or a token. The idempotency key of bulk is --idempotency-key.',
  );
}

/** Longer ones are refused by the gateway. */
const MAX_LENGTH = 12_000;

/** Returns the key without surrounding blanks. The message of an error does not quote it. Errors: WrongUsage. */
export function checkedKey(text: string, name: string): string {
  const key = text.trim();
  if (key === '') throw new WrongUsage(`${name} is empty: it must be an API key or a token.`);
  if (key.length > MAX_LENGTH || !/^[\w.~+/=-]+$/.test(key)) {
    throw new WrongUsage(
      `${name} is not an API key or a token: these have only letters, digits and . _ ~ + / = - and at most ${MAX_LENGTH} characters.`,
    );
  }
  return key;
}
