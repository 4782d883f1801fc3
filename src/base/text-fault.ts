/** The rule that makes a text unfit to be sent or stored (no lone surrogate, no NUL), or null if the text follows both rules. */
export function textFault(text: string): string | null {
  if (/\p{Surrogate}/u.test(text)) return 'must be well-formed Unicode';
  return text.includes('\0') ? 'must not hold the character NUL' : null;
}
