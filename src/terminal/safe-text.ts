// Control characters, line and paragraph separators, unpaired surrogates, and characters that change the direction of writing.
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Makes external text safe for one line of a terminal: unsafe characters become `�`, tabs and line ends become spaces. */
export function safeText(text: string): string {
  return text.replace(UNSAFE, (character) => ('\t\n\r'.includes(character) ? ' ' : '\ufffd'));
}

/** Removes API keys and JSON Web Tokens from a text, for messages that quote what was typed. */
export function withoutKeys(text: string): string {
  return text.replace(/simgw_[\w.-]+|\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?|(?<=--key=)\S+?(?='|\s|$)/g, '…');
}

/**
 * Removes everything that may be secret from a message of wrong usage: keys and tokens, the user name and password of a URL, and the value of
 * an unknown option.
 */
export function withoutSecrets(text: string): string {
  return withoutKeys(
    text
      .replace(/(?<=\/\/|--url <url>' \w+ ').*@/s, '…@')
      .replace(/(?<=unknown option '[^'=]*=).*(?=')/s, '…'),
  );
}

/**
 * Serializes a value as JSON in one line. Characters that are unsafe for a terminal become escapes, so nothing is lost. `change` replaces
 * the texts in the value.
 */
export function safeJson(value: unknown, change = (text: string) => text): string {
  const changed = (_: string, part: unknown) => (typeof part === 'string' ? change(part) : part);
  return JSON.stringify(value, changed).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
