import { textFault } from '../base/text-fault.ts';
import { badUserInput } from './gateway-error.ts';

/** Checks a text that will be sent or stored. Errors: BAD_USER_INPUT. */
export function checkText(field: string, text: string): void {
  const rule = textFault(text);
  if (rule !== null) throw badUserInput(field, rule);
}
