import { badUserInput } from './gateway-error.ts';

/** Checks a text that is sent or written down: neither takes half a character, nor the character NUL. Errors: BAD_USER_INPUT. */
export function checkText(field: string, text: string): void {
  if (/\p{Surrogate}/u.test(text)) throw badUserInput(field, 'must be well-formed Unicode');
  if (text.includes('\0')) throw badUserInput(field, 'must not hold the character NUL');
}
