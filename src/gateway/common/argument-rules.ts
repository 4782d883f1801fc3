import type { Scope } from '../../auth/index.ts';
import type { SimAction } from '../../sim-api/index.ts';
import type { Reach } from './access.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** The scope that each action needs. */
const scopeOfAction: Readonly<Record<SimAction, Scope>> = {
  ACTIVATE: 'CONTROL',
  DEACTIVATE: 'CONTROL',
  SUSPEND: 'CONTROL',
  RESUME: 'CONTROL',
  TEST: 'CONTROL',
  ACTIVE_READY: 'CONTROL',
  RESET: 'CONTROL',
  CLOSE: 'CLOSE',
  SET_NAME: 'CONTROL',
  SET_GROUP: 'CONTROL',
  SET_DATA_LIMIT: 'CONTROL',
  SEND_SMS: 'SMS',
  ESIM_PROFILE: 'CONTROL',
  SET_IMEI_LOCK: 'CONTROL',
};

/** Scopes of the orders that show by the position of a SIM what the caller may not read. */
const scopeOfOrder: Readonly<Record<string, Scope>> = { COST: 'COST', MSISDN: 'PERSONAL' };

/** Scopes that the arguments `filter` and `orderBy` of a list of SIMs need. */
export function scopesOfList({ filter, orderBy }: Arguments): readonly Scope[] {
  const scope = isObject(orderBy) ? scopeOfOrder[String(orderBy.field)] : undefined;
  return [...scopesOfFilter(filter), ...(scope === undefined ? [] : [scope])];
}

/** Scopes that the argument `input` of a bulk operation needs: that of its action, and those of a filter. */
export function scopesOfBulkOperation({ input }: Arguments): readonly Scope[] {
  if (!isObject(input)) return [];
  const { action, target } = input;
  const scope = Object.hasOwn(scopeOfAction, String(action)) ? [scopeOfAction[action as SimAction]] : [];
  return [...scope, ...(isObject(target) ? scopesOfFilter(target.filter) : [])];
}

/** Groups that the argument `input` of a bulk operation is about: its target, and the group that SIMs are moved to. */
export function reachOfBulkOperation({ input }: Arguments): Reach {
  if (!isObject(input)) return [];
  const { target, params } = input;
  return [target, params].flatMap((part) => (isObject(part) ? groupIn(part) : []));
}

/** The group in the argument `input` to which SIMs are moved. */
export function reachOfInput({ input }: Arguments): Reach {
  return isObject(input) ? groupIn(input) : [];
}

/** Whose alerts the argument `input` is about. The SIM of a scope is read, and limited then. */
export function reachOfAlerts({ input }: Arguments): Reach {
  const scope = isObject(input) ? input.scope : undefined;
  if (!isObject(scope)) return [];
  return scope.wholeAccount != null ? 'account' : groupIn(scope);
}

function groupIn({ group }: Arguments): string[] {
  return typeof group === 'string' ? [group] : [];
}

/** A filter by cost reveals the cost of a SIM in a few tries. The search skips personal data instead: see `Sight`. */
function scopesOfFilter(filter: unknown): readonly Scope[] {
  const waiting = [filter];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (!isObject(next)) continue;
    if (next.costAtLeast != null) return ['COST'];
    waiting.push(next.not);
    if (Array.isArray(next.or)) for (const each of next.or) waiting.push(each);
  }
  return [];
}

function isObject(value: unknown): value is Arguments {
  return typeof value === 'object' && value !== null;
}
