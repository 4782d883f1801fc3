// Control characters, line and paragraph separators, halves of characters, and what turns the direction of writing.
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Text from elsewhere in one line that a terminal shows and does not obey: what is unsafe becomes `�`, a tab or a line end a space. */
export function safeText(text: string): string {
  return text.replace(UNSAFE, (character) => ('\t\n\r'.includes(character) ? ' ' : '\ufffd'));
}

/** A value as JSON in one line, nothing lost: what a terminal would obey is written as an escape. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
