import { accountProfiles } from '../fleet/network.ts';
import { type Sim, simStatusOf } from '../fleet/sim.ts';
import { beginTransition, MEGABYTE } from '../fleet/transitions.ts';
import type { World } from '../world/world.ts';
import { BadParameter, type ErrorCode } from './errors.ts';
import { required, whole } from './parameters.ts';
import { type StatePath, stateRefusal, targetOf, usedThisMonth } from './state.actions.ts';

/** A requested change with its parameters parsed. */
export interface Change {
  /** The parameters that the effect log records. */
  readonly params: Readonly<Record<string, string>>;
  /** The wire fields that the change sets; it discards values that a test has patched into them. */
  readonly fields: readonly string[];
  /** The error code with which the SIM refuses the change; null if the change may be carried out. */
  refusal(sim: Sim, now: number): ErrorCode | null;
  carryOut(sim: Sim, now: number): void;
}

/** Parses the parameters of a change. Errors: BadParameter. */
export type ChangeReader = (world: World, query: URLSearchParams) => Change;

const PROFILE_ACTIONS = ['enable', 'delete', 'download', 'download_and_enable'];
const FORBIDDEN_GROUP = 'forbidden';
const MAX_LIMIT_MEGABYTES = 1_000_000_000;

export function stateChange(path: StatePath): ChangeReader {
  return (world) => ({
    params: {},
    fields: ['state', 'status'],
    refusal: (sim, now) => stateRefusal(path, sim, now),
    carryOut: (sim, now) => beginTransition(sim, targetOf(path), now, world.behaviour.settleMs),
  });
}

/** PUT /reset. E201 for a SIM that is not on a network. */
export const reset: ChangeReader = () => ({
  params: {},
  fields: ['lastNetworkActivityMillis'],
  refusal(sim) {
    if (sim.special === 'E000') return 'E000';
    return ['OFF', 'SHIPPING', 'CLOSED'].includes(simStatusOf(sim)) ? 'E201' : null;
  },
  carryOut(sim, now) {
    sim.resetAt = now;
  },
});

/** PUT /set_name. An empty name removes the name. */
export const setName: ChangeReader = (_, query) => {
  const name = required(query, 'name');
  return {
    params: { name },
    fields: ['name'],
    refusal: closedRefusal,
    carryOut(sim, now) {
      sim.name = name === '' ? null : name;
      sim.modifiedAt = now;
    },
  };
};

/** PUT /set_group. An empty group removes the SIM from its group. */
export const setGroup: ChangeReader = (world, query) => {
  const group = required(query, 'group');
  const isForbidden = group.trim().toLowerCase() === FORBIDDEN_GROUP;
  return {
    params: { group },
    fields: ['group'],
    refusal: (sim) => (isForbidden ? 'E220' : closedRefusal(sim)),
    carryOut(sim, now) {
      sim.group = group === '' ? null : group;
      sim.modifiedAt = now;
      world.fleet.regrouped();
    },
  };
};

/** PUT /set_data_limit. 0 removes the limit. */
export const setDataLimit: ChangeReader = (_, query) => {
  const text = required(query, 'limit');
  const limit = whole(query, 'limit', { min: 0, max: MAX_LIMIT_MEGABYTES, absent: 0 });
  return {
    params: { limit: text },
    fields: ['data_limit'],
    refusal: (sim, now) =>
      closedRefusal(sim) ?? (limit > 0 && usedThisMonth(sim, now) > limit * MEGABYTE ? 'E210' : null),
    carryOut(sim, now) {
      sim.limitMegabytes = limit;
      sim.canReachLimit = true;
      sim.modifiedAt = now;
    },
  };
};

/** PUT /set_imei_lock. E203 for a SIM that was never in a device. No read shows the lock. */
export const setImeiLock: ChangeReader = (_, query) => {
  const lock = required(query, 'lock').toLowerCase();
  if (lock !== 'true' && lock !== 'false') throw new BadParameter('lock must be true or false');
  return {
    params: { lock },
    fields: [],
    refusal: (sim) => closedRefusal(sim) ?? (sim.special === 'E203' || sim.imei === null ? 'E203' : null),
    carryOut(sim, now) {
      sim.modifiedAt = now;
    },
  };
};

/** PUT /sendSms. E240 for a SIM that was never used. */
export const sendSms: ChangeReader = (_, query) => {
  const message = required(query, 'message', 'sms');
  return {
    params: { message },
    fields: [],
    refusal: (sim) =>
      closedRefusal(sim) ?? (sim.special === 'E240' || simStatusOf(sim) === 'SHIPPING' ? 'E240' : null),
    carryOut() {},
  };
};

/** PUT /esim_profile. */
export const changeProfile: ChangeReader = (world, query) => {
  const profile = required(query, 'profile');
  const action = required(query, 'action');
  if (!PROFILE_ACTIONS.includes(action)) {
    throw new BadParameter(`action must be one of ${PROFILE_ACTIONS.join(', ')}`);
  }
  const downloads = action.startsWith('download');
  const enables = action.endsWith('enable');
  return {
    params: { profile, action },
    fields: ['active_profile', 'downloaded_profiles'],
    refusal(sim) {
      if (sim.eid === null || world.behaviour.esim === 'disabled') return 'E003';
      if (simStatusOf(sim) === 'CLOSED') return 'E201';
      if (downloads && !accountProfiles.includes(profile)) return 'E003';
      if (downloads === sim.downloadedProfiles.includes(profile)) return 'E201';
      return action === 'delete' && sim.activeProfile === profile ? 'E201' : null;
    },
    carryOut(sim, now) {
      if (downloads) sim.downloadedProfiles = [...sim.downloadedProfiles, profile];
      if (enables) sim.activeProfile = profile;
      if (action === 'delete') {
        sim.downloadedProfiles = sim.downloadedProfiles.filter((remaining) => remaining !== profile);
      }
      sim.modifiedAt = now;
    },
  };
};

function closedRefusal(sim: Sim): ErrorCode | null {
  return simStatusOf(sim) === 'CLOSED' ? 'E201' : null;
}
