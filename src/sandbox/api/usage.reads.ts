import { setImmediate } from 'node:timers/promises';
import { monthOf, monthStart, shiftMonth } from '../fleet/month.ts';
import { costMicrosOf, hasHistory, sessionsBetween, usageInMonth } from '../fleet/usage.ts';
import type { World } from '../world/world.ts';
import { type Answer, ok } from './answer.ts';
import { Refusal } from './errors.ts';
import { inOrder, pageOf } from './page.ts';
import { instant, monthAsked, namedSim, namedSims, offsetOf } from './parameters.ts';
import { CURRENCY, wireCost, wireTime } from './wire.ts';

/** Months from the opening of the account to the month in which the clock of its world began. */
const MONTHS_BEFORE = 13;
/** A large fleet is summed in batches of this size, so that other calls are answered in between. */
const SIMS_PER_TURN = 2000;

/** GET /get_sim_cost. */
export function getSimCost(world: World, query: URLSearchParams): Answer {
  const now = world.clock.now();
  const month = monthAsked(query, now);
  const sim = world.fleet.simAt(namedSim(world, query), now);
  if (!hasHistory(sim, month, now)) throw new Refusal('E101');
  return ok(wireCost(sim, month, now));
}

/** GET /get_sim_costs. */
export function getSimCosts(world: World, query: URLSearchParams): Answer {
  const now = world.clock.now();
  const month = monthAsked(query, now);
  const numbers = [...new Set(namedSims(world, query))].filter((number) => number !== null);
  const sims = numbers.sort((a, b) => a - b).map((number) => world.fleet.simAt(number, now));
  const withHistory = sims.filter((sim) => hasHistory(sim, month, now));
  if (withHistory.length < sims.length && world.behaviour.costsWithoutHistory === 'refuse') {
    throw new Refusal('E101');
  }
  return ok(
    inOrder(
      world,
      withHistory.map((sim) => wireCost(sim, month, now)),
    ),
  );
}

/** GET /get_sim_sessions: newest first. */
export function getSimSessions(world: World, query: URLSearchParams): Answer {
  const now = world.clock.now();
  const from = instant(query, 'from', monthStart(monthOf(now)));
  const to = instant(query, 'to', now);
  const offset = offsetOf(query);
  const sim = world.fleet.simAt(namedSim(world, query), now);
  const sessions = sessionsBetween(sim, from, Math.min(to, now));
  const page = inOrder(world, pageOf(sessions, offset, world.behaviour.pageSize));
  return ok({
    found: page.length,
    offset,
    total: sessions.length,
    from: wireTime(world, from),
    to: wireTime(world, to),
    sessions: page.map(({ id, startAt, bytes, network }) => ({
      id,
      country: network.country,
      alpha3: network.alpha3,
      operator: network.operator,
      data_size: bytes,
      data_cost: costMicrosOf(bytes) / 1_000_000,
      currency: CURRENCY,
      start_time: wireTime(world, startAt),
    })),
  });
}

/** GET /get_account_balance: the sum over all SIMs. */
export async function getAccountBalance(world: World, query: URLSearchParams): Promise<Answer> {
  const { clock, fleet } = world;
  const now = clock.now();
  const month = monthAsked(query, now);
  const openedAt = monthStart(shiftMonth(monthOf(clock.startAt), -MONTHS_BEFORE));
  if (monthStart(month) < openedAt || monthStart(month) > now) throw new Refusal('E102');
  let bytes = 0;
  let costMicros = 0;
  for (let offset = 0; offset < fleet.size(); offset += SIMS_PER_TURN) {
    for (const number of fleet.numbers(offset, SIMS_PER_TURN)) {
      const sim = fleet.simAt(number, now);
      if (!hasHistory(sim, month, now)) continue;
      const usage = usageInMonth(sim, month, now);
      bytes += usage.bytes;
      costMicros += usage.costMicros;
    }
    await setImmediate();
  }
  return ok({
    data_used: bytes,
    data_cost: costMicros / 1_000_000,
    currency: CURRENCY,
    month: month.month,
    year: month.year,
  });
}
