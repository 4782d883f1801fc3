/** The rule that a text breaks which is sent or written down: neither takes half a character, nor the character NUL. Null if it breaks none. */
export function textFault(text: string): string | null {
  if (/\p{Surrogate}/u.test(text)) return 'must be well-formed Unicode';
  return text.includes('\0') ? 'must not hold the character NUL' : null;
}
