import type { Caller } from './caller.ts';
import { type AlertFlags, reads } from './endpoints.ts';
import { readPage } from './read-by-key.ts';
import { type Alert, decodeAlert } from './wire/alert.wire.ts';
import type { Page } from './wire/page.wire.ts';

/** The owner of the alerts: the whole account, a group or one SIM. */
export type AlertScope = { readonly account: true } | { readonly group: string } | { readonly iccid: string };

export interface Alerts {
  /** Alerts from an offset on. Source: `/get_account_alerts`, `/get_group_alerts`, `/get_sim_alerts`. Errors: SimApiFailure. */
  page(scope: AlertScope, flags: AlertFlags, offset: number): Promise<Page<Alert>>;
}

/** An alert in the answer about one SIM is about that SIM, even if it does not name it. */
function decodeFor(scope: AlertScope): (value: unknown) => Alert | undefined {
  if (!('iccid' in scope)) return decodeAlert;
  return (value) => {
    const alert = decodeAlert(value);
    return alert && { ...alert, iccid: alert.iccid ?? scope.iccid };
  };
}

export function createAlerts(caller: Caller): Alerts {
  function readOf(scope: AlertScope, flags: AlertFlags, offset: number) {
    if ('iccid' in scope)
      return { request: reads.simAlerts(flags, offset), keyName: 'iccid', keys: [scope.iccid] } as const;
    if ('group' in scope) return { request: reads.groupAlerts(scope.group, flags, offset) };
    return { request: reads.accountAlerts(flags, offset) };
  }
  return {
    page: (scope, flags, offset) =>
      // A read that marks alerts is a change: requests do not share it.
      readPage(flags.markRead ? caller.alone : caller, {
        ...readOf(scope, flags, offset),
        listName: 'alerts',
        offset,
        decode: decodeFor(scope),
      }),
  };
}
