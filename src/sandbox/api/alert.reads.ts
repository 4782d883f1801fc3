import { type Alert, alertsOf, lowBalanceAlert } from '../fleet/alert.ts';
import type { World } from '../world/world.ts';
import { type Answer, ok } from './answer.ts';
import { inOrder, pageOf } from './page.ts';
import { flag, namedSim, offsetOf, required } from './parameters.ts';
import { wireTime } from './wire.ts';

/** GET /get_account_alerts. */
export function getAccountAlerts(world: World, query: URLSearchParams): Answer {
  const isLow = world.behaviour.accountAlert === 'lowBalance';
  const aboutAccount = isLow ? [lowBalanceAlert(world.fleet.origin.anchorAt)] : [];
  return alertList(world, query, world.fleet.numbersWithAlerts(), aboutAccount);
}

/** GET /get_group_alerts. */
export function getGroupAlerts(world: World, query: URLSearchParams): Answer {
  const members = new Set(world.fleet.numbersInGroup(required(query, 'group')));
  return alertList(
    world,
    query,
    world.fleet.numbersWithAlerts().filter((number) => members.has(number)),
  );
}

/** GET /get_sim_alerts. */
export function getSimAlerts(world: World, query: URLSearchParams): Answer {
  return alertList(world, query, [namedSim(world, query)]);
}

/** Newest first. The mark flag marks the alerts in the answer as read; the answer still shows their earlier state. */
function alertList(
  world: World,
  query: URLSearchParams,
  numbers: readonly number[],
  aboutAccount: readonly Alert[] = [],
): Answer {
  const now = world.clock.now();
  const unreadOnly = flag(query, 'unread', 'only_unread');
  const ofSims = numbers.flatMap((number) => alertsOf(world.fleet.simAt(number, now), now));
  const alerts = [...aboutAccount, ...ofSims]
    .filter((alert) => !unreadOnly || !world.readAlerts.has(alert.id))
    .sort((a, b) => b.raisedAt - a.raisedAt || a.id - b.id);
  const offset = offsetOf(query);
  const page = pageOf(alerts, offset, world.behaviour.pageSize);
  const wireAlerts = inOrder(world, page).map((alert) => wireAlert(world, alert));
  if (flag(query, 'markRead', 'mark_as_read')) {
    for (const { id } of page) world.readAlerts.add(id);
  }
  return ok({ found: wireAlerts.length, offset, total: alerts.length, alerts: wireAlerts });
}

function wireAlert(world: World, { id, trigger, raisedAt, iccid }: Alert): Record<string, unknown> {
  return {
    id,
    trigger,
    timestamp: wireTime(world, raisedAt),
    is_read: world.readAlerts.has(id),
    ...(iccid !== null && { iccid }),
  };
}
