/** Public interface of the SIM API client: the rest of the gateway imports only this file. */
export {
  argumentsOf,
  availableActions,
  type Change,
  changeFrom,
  dependsOn,
  faultOf,
  isApplied,
  isCertainlyRefused,
  kindOf,
  predictedSim,
  type SimAction,
  simActions,
} from './actions/registry.ts';
export type { DecidingField, Dependence } from './actions/spec.ts';
export { isStateAction } from './actions/state.ts';
export type { AlertScope } from './alerts.ts';
export { allPages } from './all-pages.ts';
export type { BatchOutcome } from './batches.ts';
export type { CallTerms, OnSimsRead } from './caller.ts';
export { createSimApiClient, type SimApi, type SimApiClient, type SimApiOptions } from './client.ts';
export {
  Ambiguous,
  BadRequest,
  Garbled,
  isRefusal,
  isSimApiFailure,
  mayBlameSome,
  Rejected,
  type SimApiFailure,
  Unreachable,
} from './errors.ts';
export { limitToGroups, mapSims, replaceNouns } from './map-sims.ts';
export type { CallTrace } from './pending-call.ts';
export type { ByKey } from './read-by-key.ts';
export type { SearchBudget } from './search.ts';
export {
  type LegacyPrimary,
  type LegacySecondary,
  legacyPrimaries,
  legacySecondaries,
  type OfflineReason,
  offlineReasonOf,
  offlineReasons,
  type SimState,
  simStates,
} from './sim-state.ts';
export type { Alert } from './wire/alert.wire.ts';
export type { AccountBalance, Money, SimCost } from './wire/cost.wire.ts';
export type { Diagnostics } from './wire/diagnostics.wire.ts';
export type { Page } from './wire/page.wire.ts';
export type { DataSession } from './wire/session.wire.ts';
export { eidPattern, iccidPattern, type Sim } from './wire/sim.wire.ts';
export { monthOf, type YearMonth, yearMonthPattern } from './year-month.ts';
