import { fraction, pick } from './random.ts';
import type { Sim } from './sim.ts';

/** An alert; `trigger` names its cause in words. */
export interface Alert {
  readonly id: number;
  readonly trigger: string;
  readonly raisedAt: number;
  /** Null if it is about the account. */
  readonly iccid: string | null;
}

const DATA_LIMIT_REACHED = 'Data limit reached';
const NO_SESSION = 'No data session for 7 days';
const IMEI_CHANGED = 'IMEI changed';

const WEEK_MS = 7 * 86_400_000;
/** Alerts reach back this number of weeks before the month in which the clock of the world began. */
const WEEKS_BEFORE = 8;
const ALERTS_PER_SIM = 10_000;
const FIRST_LIMIT_ALERT = 9000;
const FIRST_DATA_STOP_ALERT = 8000;

/** Above the ids of the alerts of the largest fleet. */
const LOW_BALANCE_ID = 900_000_000_000;

const ALERT_RAISED = 201;
const ALERT_TIME = 202;
const ALERT_TRIGGER = 203;

const triggers = [
  'SIM used in a new country',
  IMEI_CHANGED,
  'Data usage above 80% of the limit',
  NO_SESSION,
  'Unusual data usage',
] as const;

/** An alert about a prepaid account, raised when the month begins. */
export function lowBalanceAlert(monthStartAt: number): Alert {
  return { id: LOW_BALANCE_ID, trigger: 'Account balance below 20%', raisedAt: monthStartAt, iccid: null };
}

/** The alerts raised up to `now` for a SIM, which must be advanced to `now`; in no order. */
export function alertsOf(sim: Sim, now: number): Alert[] {
  const firstId = sim.number * ALERTS_PER_SIM;
  const { iccid } = sim;
  const alerts: Alert[] = sim.limitReachedAt.map((raisedAt, index) => ({
    id: firstId + FIRST_LIMIT_ALERT + index,
    trigger: DATA_LIMIT_REACHED,
    raisedAt,
    iccid,
  }));
  const { dataStop } = sim.habit;
  if (dataStop !== null) {
    const id = firstId + FIRST_DATA_STOP_ALERT;
    alerts.push({ id, trigger: NO_SESSION, raisedAt: dataStop.from + WEEK_MS, iccid });
    if (dataStop.cause === 'otherDevice')
      alerts.push({ id: id + 1, trigger: IMEI_CHANGED, raisedAt: dataStop.from, iccid });
  }
  if (!sim.watched) return alerts;
  const { anchorAt } = sim.habit;
  for (let week = -WEEKS_BEFORE; anchorAt + week * WEEK_MS <= now; week++) {
    if (fraction(sim.root, week, ALERT_RAISED) < 0.4) continue;
    const raisedAt = anchorAt + Math.floor((week + fraction(sim.root, week, ALERT_TIME)) * WEEK_MS);
    if (raisedAt > now) continue;
    const trigger: string = pick(triggers, sim.root, week, ALERT_TRIGGER);
    alerts.push({ id: firstId + WEEKS_BEFORE + week, trigger, raisedAt, iccid });
  }
  return alerts;
}
