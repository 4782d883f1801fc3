import type { Change } from './change.ts';
import { hasReached, isStateAction, readingAfter } from './sim-state.ts';
import type { Sim } from './wire/sim.wire.ts';

/**
 * Whether a SIM is as a change would make it, or on its way there; null where a SIM does not show what the change does, or
 * a change done twice is not the same as done once. Source: docs/sim-api.md "Changes".
 */
export function isAsAsked(sim: Sim, change: Change): boolean | null {
  switch (change.action) {
    case 'SET_NAME':
      return sim.name === change.name;
    case 'SET_GROUP':
      return sim.groupName === change.group;
    case 'SET_DATA_LIMIT':
      return sim.isLimitTold ? sim.dataLimitMegabytes === change.limitMegabytes : null;
    case 'ESIM_PROFILE':
      return sim.eid === null || !sim.areProfilesTold
        ? null
        : hasProfile(sim, change.profile, change.profileAction);
    case 'RESET':
    case 'SEND_SMS':
    case 'SET_IMEI_LOCK':
      return null;
    default:
      return hasReached(sim, change.action);
  }
}

/**
 * The SIM as it is once a change of it was accepted: under way to its new state, or with its new name, group or limit; as it was where
 * the change does not show. Null where that cannot be told beforehand. Source: docs/sim-api.md "Changes".
 */
export function simAfter(sim: Sim, change: Change): Sim | null {
  switch (change.action) {
    case 'SET_NAME':
      return { ...sim, name: change.name };
    case 'SET_GROUP':
      return { ...sim, groupName: change.group };
    case 'SET_DATA_LIMIT':
      return { ...sim, dataLimitMegabytes: change.limitMegabytes, isLimitTold: true };
    case 'ESIM_PROFILE':
      return isAsAsked(sim, change) ? sim : null;
    case 'RESET':
    case 'SEND_SMS':
    case 'SET_IMEI_LOCK':
      return sim;
    default:
      return hasReached(sim, change.action) ? sim : { ...sim, ...readingAfter(change.action) };
  }
}

/**
 * Whether the vendor's page makes it certain that a SIM refuses a change: nothing leads out of CLOSED. Everything else is the
 * SIM API's to judge. Source: docs/sim-api.md "Status and state", DELETED.
 */
export function isMisfit(sim: Sim, change: Change): boolean {
  return sim.state === 'CLOSED' && isStateAction(change.action);
}

function hasProfile(
  { activeProfile, downloadedProfiles }: Sim,
  profile: string,
  action: Extract<Change, { action: 'ESIM_PROFILE' }>['profileAction'],
): boolean {
  const isActive = activeProfile === profile;
  const isDownloaded = isActive || downloadedProfiles.includes(profile);
  if (action === 'download') return isDownloaded;
  return action === 'delete' ? !isDownloaded : isActive;
}
