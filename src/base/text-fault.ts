/** Returns the rule that a text breaks, or null. A text that is sent or stored must contain no lone surrogate and no NUL. */
export function textFault(text: string): string | null {
  if (/\p{Surrogate}/u.test(text)) return 'must be well-formed Unicode';
  return text.includes('\0') ? 'must not hold the character NUL' : null;
}
