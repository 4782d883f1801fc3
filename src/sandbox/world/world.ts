import { createFleet, type Fleet } from '../fleet/fleet.ts';
import { type Behaviour, defaultBehaviour } from './behaviour.ts';
import { type CallLog, createCallLog } from './call.log.ts';
import { createWorldClock, type WorldClock } from './clock.ts';
import { createEffectLog, type EffectLog } from './effect.log.ts';
import { createFaultList, type FaultList } from './fault.list.ts';
import { createTokens, type TokenDirectory, type Tokens } from './token.ts';

export interface WorldOptions {
  readonly id: string;
  readonly sims: number;
  readonly seed: string;
  readonly special: boolean;
  readonly behaviour: Partial<Behaviour>;
  readonly startAt: number;
  readonly rate: number;
}

/** An isolated account of the SIM API. */
export interface World {
  /** Also the user name and the password. */
  readonly id: string;
  readonly seed: string;
  readonly fleet: Fleet;
  readonly clock: WorldClock;
  readonly tokens: Tokens;
  readonly calls: CallLog;
  readonly effects: EffectLog;
  readonly faults: FaultList;
  /** Ids of the alerts that were marked as read. */
  readonly readAlerts: Set<number>;
  behaviour: Behaviour;
}

export function createWorld(options: WorldOptions, directory: TokenDirectory): World {
  const { id, seed, sims, special, startAt, rate } = options;
  return {
    id,
    seed,
    fleet: createFleet({ seed, sims, special, startAt }),
    clock: createWorldClock(startAt, rate),
    tokens: createTokens(id, directory),
    calls: createCallLog(),
    effects: createEffectLog(),
    faults: createFaultList(),
    readAlerts: new Set(),
    behaviour: { ...defaultBehaviour, ...options.behaviour },
  };
}
