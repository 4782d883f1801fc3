import { badUserInput } from '../errors/index.ts';
import { type Change, faultOf } from '../sim-api/index.ts';

/**
 * Checks the values of a change before anything is read or sent. `fieldOf` returns the path at which the caller gave a value. Errors:
 * BAD_USER_INPUT.
 */
export function checkChange(change: Change, fieldOf: (field: string) => string = (field) => field): void {
  const fault = faultOf(change);
  if (fault !== null) throw badUserInput(fieldOf(fault.field), fault.rule);
}
