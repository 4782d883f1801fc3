import { badUserInput } from '../errors/index.ts';
import { type Change, faultOf } from '../sim-api/index.ts';

/** Checks the values of a change before anything is read or sent. Errors: BAD_USER_INPUT. */
export function checkChange(change: Change): void {
  const fault = faultOf(change);
  if (fault !== null) throw badUserInput(fault.field, fault.rule);
}
