import { checkText } from '../errors/check-text.ts';
import { badUserInput } from '../errors/gateway-error.ts';
import type { Change } from '../sim-api/index.ts';

const mostMegabytes = 10_000_000;
/** Ten parts of a concatenated SMS. */
const mostSmsCharacters = 1530;
/** It travels in a URL, encoded and twice, and proxies stop at 8 KB. */
const mostSmsUrlBytes = 3300;
const mostNameCharacters = 255;

/** Checks the values of a change before anything is read or sent. Errors: BAD_USER_INPUT. */
export function checkChange(change: Change): void {
  if (change.action === 'SET_NAME') checkLength('name', change.name, mostNameCharacters);
  if (change.action === 'SET_GROUP') checkLength('group', change.group, mostNameCharacters);
  if (change.action === 'ESIM_PROFILE') checkLength('profile', change.profile, mostNameCharacters);
  if (change.action === 'SEND_SMS') checkSms(change.text);
  if (change.action === 'SET_DATA_LIMIT') checkLimit(change.limitMegabytes);
}

function checkLength(field: string, text: string, most: number): void {
  if (text.trim() === '') throw badUserInput(field, 'must not be empty');
  checkText(field, text);
  if (text.length > most) throw badUserInput(field, `must not have more than ${most} characters`);
}

function checkSms(text: string): void {
  checkLength('text', text, mostSmsCharacters);
  if (encodeURIComponent(text).length > mostSmsUrlBytes)
    throw badUserInput(
      'text',
      `must not be longer than ${mostSmsUrlBytes} bytes when it is written in a URL`,
    );
}

function checkLimit(megabytes: number | null): void {
  if (megabytes !== null && (megabytes < 1 || megabytes > mostMegabytes))
    throw badUserInput('limit.megabytes', `must be from 1 to ${mostMegabytes}`);
}
