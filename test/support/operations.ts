/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** The alerts of a SIM, a group or the account: give exactly one field. */
export type AlertScope =
  {   /** The alerts of the SIMs in the group with this name. */
  group: string; sim?: never; wholeAccount?: never; }
  |  { group?: never;   /** The alerts of this SIM. */
  sim: SimRef; wholeAccount?: never; }
  |  { group?: never; sim?: never;   /** True: all alerts of the account. False is BAD_USER_INPUT. */
  wholeAccount: boolean; };

/** Action of an audit entry: every SimAction, and the actions that change no SIM directly. */
export type AuditAction =
  /** To the state LIVE: data service on. */
  | 'ACTIVATE'
  /** To the state ACTIVE_READY. */
  | 'ACTIVE_READY'
  /** Cancels a bulk operation. */
  | 'CANCEL_BULK_OPERATION'
  /** To the state CLOSED, permanently. */
  | 'CLOSE'
  /** Creates an API key. */
  | 'CREATE_API_KEY'
  /** To the state OFFLINE, deactivated. */
  | 'DEACTIVATE'
  /** Downloads, enables or deletes an eSIM profile. */
  | 'ESIM_PROFILE'
  /** Marks alerts as read. */
  | 'MARK_ALERTS_READ'
  /** Network reset: the device must attach to the network again. */
  | 'RESET'
  /** Back to LIVE after a suspension. */
  | 'RESUME'
  /** Revokes an API key. */
  | 'REVOKE_API_KEY'
  /** Replaces an API key by a new one of the same name. */
  | 'ROTATE_API_KEY'
  /** Sends an SMS to the device. */
  | 'SEND_SMS'
  /** Sets or removes the monthly data limit. */
  | 'SET_DATA_LIMIT'
  /** Moves SIMs into a group. */
  | 'SET_GROUP'
  /** Locks SIMs to their devices, or unlocks them. */
  | 'SET_IMEI_LOCK'
  /** Sets the name. */
  | 'SET_NAME'
  /** Starts a bulk operation. The entry stays OPEN until the operation ends. */
  | 'START_BULK_OPERATION'
  /** To the state OFFLINE, suspended: data service off. */
  | 'SUSPEND'
  /** To the state TEST. */
  | 'TEST';

/** Outcome of a change as a whole. */
export type AuditOutcome =
  /** Nothing was changed. */
  | 'FAILED'
  /** In progress. If the gateway died during the change, another gateway completes the entry when the lease has expired (CHANGE_LEASE_MS, by default 15 s). */
  | 'OPEN'
  /** The outcomes of the SIMs differ. */
  | 'PARTIAL'
  /** Every SIM succeeded: the SIM API accepted the change, or the SIM already was as requested. */
  | 'SUCCEEDED'
  /** No clear answer came, and a read of the SIMs after that did not show the change. */
  | 'UNKNOWN';

/** How a caller proved who it is. */
export type AuthenticationMethod =
  /** By an API key of the gateway. */
  | 'API_KEY'
  /** By a JSON Web Token of the issuer that the gateway trusts. */
  | 'JWT'
  /** Not at all: the gateway does not authenticate callers. */
  | 'NONE';

/** Values of the action: give those that it needs and no others. */
export type BulkParams = {
  /** For SET_DATA_LIMIT: the limit of each SIM. */
  dataLimit?: DataLimitInput | null | undefined;
  /** For SET_GROUP: name of the group, 1 to 255 characters. */
  group?: string | null | undefined;
  /** For SET_IMEI_LOCK: true locks each SIM to its device, false unlocks it. */
  imeiLocked?: boolean | null | undefined;
  /** For SET_NAME: the name for every SIM, 1 to 255 characters. */
  name?: string | null | undefined;
  /** For ESIM_PROFILE: name of the profile, as in account.availableProfiles. */
  profile?: string | null | undefined;
  /** For ESIM_PROFILE: what to do with the profile. */
  profileAction?: EsimProfileAction | null | undefined;
  /** For SEND_SMS: the text, 1 to 1530 characters. */
  text?: string | null | undefined;
};

/** Progress of a bulk operation. The last four statuses are final. */
export type BulkStatus =
  /** Ended by cancelBulkOperation: the SIMs that were not sent are NOT_SENT. */
  | 'CANCELED'
  /** Ended: every SIM succeeded. */
  | 'COMPLETED'
  /** Ended: some SIMs are FAILED, UNKNOWN or NOT_SENT. See results. */
  | 'COMPLETED_WITH_ERRORS'
  /** Ended before anything was sent; error has the reason. */
  | 'FAILED'
  /** Nothing is sent yet. The gateway lists the SIMs of a group, or counts the SIMs of EIDs. */
  | 'QUEUED'
  /** SIMs are being processed. */
  | 'RUNNING'
  /** All SIMs are processed; some are still in transition. The gateway polls them until their transitions have ended. */
  | 'SETTLING';

/** The SIMs of a bulk operation: give exactly one field. */
export type BulkTarget =
  {   /** The SIMs that match when the operation starts, up to 1 000 000, from the fleet index. The list does not change after that: a SIM that matches only later is not changed, and a SIM that no longer matches is still changed. At least one condition is required. FLEET_INCOMPLETE during the first full sync, and for a filter by usage or cost until the first full sync of the month has ended; FEATURE_NOT_ENABLED if the gateway keeps no index. */
  filter: SimFilter; group?: never; list?: never; sims?: never; }
  |  { filter?: never;   /** Name of a group: the SIMs that are in it when the operation starts, up to 1 000 000. */
  group: string; list?: never; sims?: never; }
  |  { filter?: never; group?: never;   /** ICCIDs or EIDs in one text, up to 1 000 000, separated by white space, commas or semicolons: for a pasted column or the content of a file. */
  list: string; sims?: never; }
  |  { filter?: never; group?: never; list?: never;   /** 1 to 100 000 SIMs. A SIM that is named twice, by any of its keys, is changed once. */
  sims: Array<SimRef>; };

/** A monthly data limit: give exactly one field. unlimited must be true, so that a forgotten variable removes no limit. */
export type DataLimitInput =
  {   /** The limit in megabytes of 1 000 000 bytes, 1 to 10 000 000. */
  megabytes: number; unlimited?: never; }
  |  { megabytes?: never;   /** True: no limit. False is BAD_USER_INPUT. */
  unlimited: boolean; };

/** What the SIMs are. */
export type Environment =
  /** Real SIM cards: changes cost money and reach devices. */
  | 'LIVE'
  /** Made up, in the sandbox: changes have no effect outside of it. */
  | 'SANDBOX';

/**
 * All values of extensions.code and SimError.code. New codes may be added: handle an unknown code by its retryable flag.
 * errors[].extensions, stable from version 1:
 * { code, retryable, argumentPath?, iccids?, bulkOperationId?, requestId, retryAfterSeconds?, requiredScopes?, simApi?: { code, description, httpStatus, timestamp, operation } }
 * argumentPath names the value that BAD_USER_INPUT is about, from the arguments of the field on: for example ["input", "sims", 3, "iccid"].
 */
export type ErrorCode =
  /** The HTTP request is not a GraphQL request, is not accepted at its path, or names a host that this gateway does not serve (ALLOWED_HOSTS). */
  | 'BAD_REQUEST'
  /** An argument breaks a rule; the message names the argument and the rule. */
  | 'BAD_USER_INPUT'
  /** Not sent: finding the refused SIMs would have taken more calls of the SIM API than one operation may make. */
  | 'CALL_BUDGET_SPENT'
  /** E210: The new data limit is below what the SIM has already used. */
  | 'DATA_LIMIT_BELOW_USAGE'
  /** E211: The SIM has used up its data limit, so it cannot be activated or resumed. */
  | 'DATA_LIMIT_REACHED'
  /** The number of SIMs of the target is not expectedCount. */
  | 'EXPECTED_COUNT_MISMATCH'
  /** E003: The feature is not enabled: this SIM does not support it, it is a paid app that the account has not switched on in the App Store of the Terminal (API, Diagnostics), or it is switched off in this gateway. */
  | 'FEATURE_NOT_ENABLED'
  /** The first full sync of the fleet is in progress: a filter would miss the SIMs that it has not listed yet. For a filter by usage or cost: the first full sync of the month is in progress. */
  | 'FLEET_INCOMPLETE'
  /** The caller lacks a scope; requiredScopes names it. The operation did not run, unless the only scope missing is PERSONAL: then fields with personal data are null. Or the key of the caller is limited to some groups, and this concerns others. */
  | 'FORBIDDEN'
  /** The gateway stopped, or crashed, before it could do this. Nothing was changed. */
  | 'GATEWAY_STOPPED'
  /** The text is not a GraphQL document. */
  | 'GRAPHQL_PARSE_FAILED'
  /** The document does not match the schema. */
  | 'GRAPHQL_VALIDATION_FAILED'
  /** E220: The name of the group is forbidden. */
  | 'GROUP_NAME_FORBIDDEN'
  /** The same idempotency key was used with other arguments. */
  | 'IDEMPOTENCY_CONFLICT'
  /** E203: The IMEI lock of the SIM cannot be changed. */
  | 'IMEI_LOCK_REFUSED'
  /** The gateway itself failed. Its log has the reason under the request id. */
  | 'INTERNAL_SERVER_ERROR'
  /** The gateway has not been able to read the keys of the token issuer (JWT_ISSUER) yet, so it can verify no token. */
  | 'ISSUER_UNAVAILABLE'
  /** The requested object or path does not exist. */
  | 'NOT_FOUND'
  /** E102: The account has no balance history in that month. */
  | 'NO_BALANCE_HISTORY'
  /** E101: The SIM has no cost history in that month. */
  | 'NO_COST_HISTORY'
  /** E103: No diagnostics are available for this SIM. */
  | 'NO_DIAGNOSTICS'
  /** Not sent: the operation was cancelled before this SIM. */
  | 'OPERATION_CANCELED'
  /** The request does not select one of the operations of the document. */
  | 'OPERATION_RESOLUTION_FAILURE'
  /** The change was sent and got no clear answer, or an error that does not say whether it took effect (see simApi). Read the SIM before sending the change again. */
  | 'OUTCOME_UNKNOWN'
  /** The gateway is overloaded; retry after retryAfterSeconds. */
  | 'OVERLOADED'
  /** The gateway has not seen the query of this hash: send it once in full. */
  | 'PERSISTED_QUERY_NOT_FOUND'
  /** This gateway does not accept persisted queries. */
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  /** The operation is deeper, longer or more repetitive than the gateway allows, or it could return too many objects or take too many calls of the SIM API. For objects and calls, the message has the number and the limit. */
  | 'QUERY_TOO_COMPLEX'
  /** Reserved: this version of the gateway never returns it. The caller sends more requests than the gateway allows; retry after retryAfterSeconds. */
  | 'RATE_LIMITED'
  /** E000: The SIM API reported an internal error. */
  | 'SIM_API_ERROR'
  /** E202: An administrator locked the status of the SIM. */
  | 'SIM_LOCKED_BY_ADMIN'
  /** E002: The account has no such SIM. */
  | 'SIM_NOT_FOUND'
  /** E240: The SIM may not be sent an SMS. */
  | 'SMS_NOT_ALLOWED'
  /** The transition of the SIM ended in a state other than the requested one. */
  | 'STATE_NOT_REACHED'
  /** The gateway's database does not answer. Until it does, the gateway refuses changes, and queries that only the fleet index can answer. */
  | 'STORE_UNAVAILABLE'
  /** E230: One query or mutation names more SIMs than it may: the gateway refuses it and sends nothing. (The gateway splits its calls, so the SIM API should never report E230.) */
  | 'TOO_MANY_SIMS'
  /** E201: The current state of the SIM does not allow the requested action. */
  | 'TRANSITION_NOT_ALLOWED'
  /** This gateway runs only operations that were registered with it. */
  | 'TRUSTED_DOCUMENT_REQUIRED'
  /** The request carries no credentials that the gateway accepts. */
  | 'UNAUTHENTICATED'
  /** A code that this gateway version does not know; see simApi.code. */
  | 'UNKNOWN_SIM_API_ERROR'
  /** The SIM API refused the gateway's credentials. If the account is limited to certain IP addresses, the gateway's address may be the reason. */
  | 'UPSTREAM_AUTH_FAILED'
  /** The SIM API, or a proxy before it, answered HTTP 400 without an error code: it does not accept this request. */
  | 'UPSTREAM_BAD_REQUEST'
  /** No answer in time. A change of a SIM that fails with this code was not sent; if it may have been sent, its outcome is UNKNOWN with OUTCOME_UNKNOWN. */
  | 'UPSTREAM_TIMEOUT'
  /** The SIM API cannot be reached, the circuit breaker of the gateway is open, or the answer is not a valid SIM API answer. If the account is limited to certain IP addresses, calls from other addresses may fail so too. */
  | 'UPSTREAM_UNAVAILABLE';

/** What to do with an eSIM profile. */
export type EsimProfileAction =
  /** Removes the profile from the eUICC; not possible for the active one. */
  | 'DELETE'
  /** Puts the profile on the eUICC and leaves the active profile as it is. */
  | 'DOWNLOAD'
  /** Puts the profile on the eUICC and makes it the active one. */
  | 'DOWNLOAD_AND_ENABLE'
  /** Makes a profile that is on the eUICC the active one. */
  | 'ENABLE';

/** Why a SIM is OFFLINE. */
export type OfflineReason =
  /** Deactivated: it is out of service until it is activated. */
  | 'DEACTIVATED'
  /** Suspended: its data service is off until it is resumed. */
  | 'SUSPENDED';

/** Ascending or descending. */
export type OrderDirection =
  /** Smallest or earliest first. */
  | 'ASC'
  /** Largest or latest first. */
  | 'DESC';

/** What a caller may do. No scope includes another. docs/authentication.md has the scope of every field. */
export type Scope =
  /** Read the audit log. */
  | 'AUDIT'
  /** Close SIMs, which cannot be undone. */
  | 'CLOSE'
  /** Change SIMs in every way that can be undone: states, names, groups, limits, locks, eSIM profiles. Mark alerts as read. */
  | 'CONTROL'
  /** Read costs and balances, and filter and sort by them. */
  | 'COST'
  /** Read phone numbers (MSISDN), IMSI, IMEI and positions of devices, and sort by and search in them. Without it they are null. */
  | 'PERSONAL'
  /** Read SIMs, groups, alerts, sessions and bulk operations. */
  | 'READ'
  /** Send SMS to devices. */
  | 'SMS';

/** A change of a SIM. */
export type SimAction =
  /** To the state LIVE: data service on. */
  | 'ACTIVATE'
  /** To the state ACTIVE_READY: the SIM starts when its device first attaches to a network. */
  | 'ACTIVE_READY'
  /** To the state CLOSED, permanently. */
  | 'CLOSE'
  /** To the state OFFLINE, deactivated. */
  | 'DEACTIVATE'
  /** Downloads, enables or deletes an eSIM profile; eUICCs only. */
  | 'ESIM_PROFILE'
  /** Network reset: the device must attach to the network again. */
  | 'RESET'
  /** Back to the state LIVE after a suspension: data service on. */
  | 'RESUME'
  /** Sends an SMS to the device. */
  | 'SEND_SMS'
  /** Sets or removes the monthly data limit. */
  | 'SET_DATA_LIMIT'
  /** Moves the SIM into a group. */
  | 'SET_GROUP'
  /** Locks the SIM to the device that it is in, or unlocks it. */
  | 'SET_IMEI_LOCK'
  /** Sets the name. */
  | 'SET_NAME'
  /** To the state OFFLINE, suspended: data service off until the SIM is resumed. */
  | 'SUSPEND'
  /** To the state TEST: test mode. */
  | 'TEST';

/** A SIM matches if all given conditions hold. A list holds if the SIM has any of its values, at most 1000; an empty list matches no SIM. A condition that is null or missing is ignored. Limits of a filter together with the filters in it: 5000 values in lists, 50 filters in or and not, 5 levels deep. */
export type SimFilter = {
  /** SIMs that have cost at least this amount this month (UTC), in the currency of the account, from 0 to 1 000 000 000. A SIM whose cost is not known does not match. */
  costAtLeast?: number | null | undefined;
  /** SIMs in one of these groups: exact names, case matters. */
  groups?: Array<string> | null | undefined;
  /** SIMs with one of these ICCIDs. */
  iccids?: Array<string> | null | undefined;
  /** True: SIMs in no group. False: SIMs in any group. */
  inNoGroup?: boolean | null | undefined;
  /** True: eSIMs, which have an EID. False: plain SIMs, which have none. */
  isEsim?: boolean | null | undefined;
  /** True: SIMs in transition. False: SIMs that are not in transition. */
  isTransitioning?: boolean | null | undefined;
  /** SIMs whose last data session was after this time. */
  lastDataSessionAfter?: string | null | undefined;
  /** SIMs whose last data session was before this time. A SIM that never had one does not match; neverHadDataSession finds it. */
  lastDataSessionBefore?: string | null | undefined;
  /** SIMs whose status, group, name or another parameter last changed after this time. */
  lastModifiedAfter?: string | null | undefined;
  /** SIMs whose status, group, name or another parameter last changed before this time. A SIM for which the SIM API gives no such time does not match. */
  lastModifiedBefore?: string | null | undefined;
  /** SIMs that last reached a network after this time. */
  lastNetworkActivityAfter?: string | null | undefined;
  /** SIMs that last reached a network before this time. A SIM that never did does not match; neverConnected finds it. */
  lastNetworkActivityBefore?: string | null | undefined;
  /** True: SIMs that have never reached a network: lastNetworkActivityAt is null. False: SIMs that have. */
  neverConnected?: boolean | null | undefined;
  /** True: SIMs that never had a data session: lastDataSessionAt is null. False: SIMs that had one. */
  neverHadDataSession?: boolean | null | undefined;
  /** SIMs that do not match this filter, including SIMs that have no value for a condition in it: not { usedPercentAtLeast: 80 } matches SIMs without a limit too. The other conditions must hold too. */
  not?: SimFilter | null | undefined;
  /** SIMs that are OFFLINE for one of these reasons, as in Sim.offlineReason. A SIM in transition to OFFLINE counts as OFFLINE; isTransitioning: false excludes it. */
  offlineReasons?: Array<OfflineReason> | null | undefined;
  /** SIMs that match any of these filters; an empty list matches no SIM. The other conditions must hold too. */
  or?: Array<SimFilter> | null | undefined;
  /** True: SIMs that have used more than their data limit this month (UTC). False: all others, also SIMs without a limit. */
  overDataLimit?: boolean | null | undefined;
  /** SIMs whose name, ICCID, MSISDN, IMSI, IMEI or EID contains this text; case does not matter. At most 200 characters. */
  search?: string | null | undefined;
  /** SIMs in one of these states. A SIM in transition counts as in the target state. */
  states?: Array<SimState> | null | undefined;
  /** SIMs of one of these types: exact values of Sim.type, case matters. */
  types?: Array<string> | null | undefined;
  /** SIMs that have used at least this number of bytes this month (UTC). From 0. A SIM whose usage is not known does not match. */
  usedBytesAtLeast?: number | null | undefined;
  /** SIMs that have used at most this number of bytes this month (UTC). From 0. A SIM whose usage is not known does not match. */
  usedBytesAtMost?: number | null | undefined;
  /** SIMs that have used at least this share of their data limit this month (UTC), in percent, from 0 to 1 000 000. A SIM without a limit does not match. */
  usedPercentAtLeast?: number | null | undefined;
};

/** Order of a list of SIMs. In both directions, equal values are sorted by ascending ICCID, and SIMs without a value come last. */
export type SimOrder = {
  /** Ascending or descending. */
  direction?: OrderDirection;
  /** Sort key. */
  field?: SimOrderField;
};

/** Sort key of a list of SIMs. Texts are sorted by character, capitals before small letters. */
export type SimOrderField =
  /** By the cost of this month (UTC). */
  | 'COST'
  /** By EID. */
  | 'EID'
  /** By the name of the group. */
  | 'GROUP'
  /** By ICCID. */
  | 'ICCID'
  /** By the time of the last data session. */
  | 'LAST_DATA_SESSION'
  /** By the time of the last change of status, group, name and so on. */
  | 'LAST_MODIFIED'
  /** By the time of the last registration or location update. */
  | 'LAST_NETWORK_ACTIVITY'
  /** By phone number (MSISDN), by character: 3725 is before 46. */
  | 'MSISDN'
  /** By name. */
  | 'NAME'
  /** By state, alphabetically. */
  | 'STATE'
  /** By bytes used this month (UTC). */
  | 'USED_BYTES'
  /** By the used share of the data limit this month (UTC). */
  | 'USED_PERCENT';

/** Outcome of a change for one SIM. */
export type SimOutcome =
  /** The change was refused or could not be made; error has the reason. The SIM is unchanged, except with STATE_NOT_REACHED: its transition ended in another state. */
  | 'FAILED'
  /** The change of this SIM was not sent: the operation was canceled or is FAILED, the gateway stopped, or the operation used up its calls of the SIM API. You can send it again. */
  | 'NOT_SENT'
  /** The SIM API accepted the change, or the SIM already was as requested. A change of state may still be in progress: see Sim.pendingState. */
  | 'SUCCEEDED'
  /** No clear answer came, and a read of the SIM after that did not show the change. The change may have been carried out (an SMS may have been sent), so the gateway does not send it again. */
  | 'UNKNOWN';

/** Names one SIM: give exactly one field. */
export type SimRef =
  {   /** EID of an eUICC. BAD_USER_INPUT if several SIMs of the account have it: name one of them by its ICCID. */
  eid: string; iccid?: never; id?: never; }
  |  { eid?: never;   /** ICCID of the SIM. */
  iccid: string; id?: never; }
  |  { eid?: never; iccid?: never;   /** Global id of the SIM: Sim.id. BAD_USER_INPUT if it is not the id of a SIM. */
  id: string; };

/** State of a SIM, named as in the 1oT Terminal. While a SIM changes from one state to another (PENDING in the SIM API), it is the target state; see Sim.state. */
export type SimState =
  /** Ready: the SIM starts when its device first attaches to a network. */
  | 'ACTIVE_READY'
  /** Permanently disabled. It cannot be undone. */
  | 'CLOSED'
  /** Active, data service on. */
  | 'LIVE'
  /** Out of service: suspended or deactivated, as in Sim.offlineReason. The SIM can return to service. */
  | 'OFFLINE'
  /** Deactivated, and never used yet. */
  | 'SHIPPING'
  /** Test mode. */
  | 'TEST'
  /** A state that this version of the gateway does not know; see Sim.rawState. */
  | 'UNKNOWN';

/** A change of up to 1 000 000 SIMs. */
export type StartBulkOperationInput = {
  /** Action on each SIM. */
  action: SimAction;
  /** Refuses the operation with EXPECTED_COUNT_MISMATCH unless the target has exactly this number of SIMs. Required for CLOSE. If the target has EIDs, their SIMs are counted after the start: if the number differs, the operation is FAILED before anything is sent. */
  expectedCount?: number | null | undefined;
  /** Your own key for this operation, 1 to 255 visible ASCII characters. The same key with the same arguments returns the operation that it started, for 24 hours, or until the operation ends if that is later. With other arguments it is IDEMPOTENCY_CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** Values that the action needs, for example group for SET_GROUP or text for SEND_SMS. BAD_USER_INPUT if one is missing or not needed. */
  params?: BulkParams | null | undefined;
  /** The SIMs to change. */
  target: BulkTarget;
  /** For changes of state: true keeps the operation open until the transition of every SIM that it changed has ended. Other actions ignore it and end when all calls are answered. */
  waitUntilSettled?: boolean;
};

export type FirstHundredSimsQueryVariables = Exact<{
  first?: number;
}>;


export type FirstHundredSimsQuery = { sims: { totalCount: number, asOf: string, isComplete: boolean, unreadableSims: number, nodes: Array<{ iccid: string, name: string | null, state: SimState, dataUsage: { usedBytes: number | null, limitMegabytes: number | null, usedPercent: number | null }, cost: { dataPlan: string | null, cost: { amount: number, currency: string } } | null }> } | null };

export type PageOfSimsQueryVariables = Exact<{
  orderBy?: SimOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type PageOfSimsQuery = { sims: { totalCount: number, asOf: string, pageInfo: { hasPreviousPage: boolean, hasNextPage: boolean, startCursor: string | null, endCursor: string | null }, edges: Array<{ cursor: string, node: { id: string, iccid: string, name: string | null, state: SimState, pendingState: SimState | null, lastDataSessionAt: string | null } }> } | null };

export type FilteredSimsQueryVariables = Exact<{
  filter?: SimFilter | null | undefined;
  orderBy?: SimOrder | null | undefined;
}>;


export type FilteredSimsQuery = { sims: { totalCount: number, nodes: Array<{ iccid: string, name: string | null, lastDataSessionAt: string | null, group: { id: string, name: string } | null, dataUsage: { usedPercent: number | null, remainingBytes: number | null } }> } | null };

export type SearchSimsQueryVariables = Exact<{
  search?: string;
}>;


export type SearchSimsQuery = { sims: { totalCount: number, nodes: Array<{ iccid: string, name: string | null, msisdn: string | null, imsi: string | null, imei: string | null, eid: string | null }> } | null };

export type FleetQueryVariables = Exact<{
  filter?: SimFilter | null | undefined;
}>;


export type FleetQuery = { fleet: { total: number, transitioning: number, overDataLimit: number, usedBytes: number | null, asOf: string, isComplete: boolean, unreadableSims: number, byState: Array<{ state: SimState, count: number }>, byGroup: Array<{ count: number, group: { id: string, name: string } | null }> } | null };

export type OneSimQueryVariables = Exact<{
  by?: SimRef;
}>;


export type OneSimQuery = { sim: { id: string, iccid: string, eid: string | null, name: string | null, msisdn: string | null, imsi: string | null, imei: string | null, type: string | null, formFactor: string | null, apn: string | null, state: SimState, pendingState: SimState | null, isTransitioning: boolean, rawState: string | null, availableActions: Array<SimAction>, lastNetworkActivityAt: string | null, lastDataSessionAt: string | null, lastModifiedAt: string | null, group: { id: string, name: string } | null, dataUsage: { usedBytes: number | null, limitMegabytes: number | null, limitBytes: number | null, remainingBytes: number | null, usedPercent: number | null, updatedAt: string | null } } | null };

export type SimsByRefQueryVariables = Exact<{
  refs?: Array<SimRef> | SimRef;
}>;


export type SimsByRefQuery = { simsByRef: Array<{ iccid: string, name: string | null, state: SimState, cost: { usedBytes: number, cost: { amount: number, currency: string } } | null } | null> | null };

export type CostOfAMonthQueryVariables = Exact<{
  refs?: Array<SimRef> | SimRef;
  month?: string | null | undefined;
  nullIfMissing?: boolean;
}>;


export type CostOfAMonthQuery = { simsByRef: Array<{ iccid: string, name: string | null, cost: { month: string, dataPlan: string | null, usedBytes: number, cost: { amount: number, currency: string } } | null } | null> | null };

export type SessionsOfASimQueryVariables = Exact<{
  by?: SimRef;
  from?: string | null | undefined;
  to?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SessionsOfASimQuery = { sim: { iccid: string, sessions: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, startedAt: string, country: string | null, countryCode: string | null, operator: string | null, usedBytes: number, cost: { amount: number, currency: string } | null }> } | null } | null };

export type AlertsQueryVariables = Exact<{
  unreadOnly?: boolean;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AlertsQuery = { account: { alerts: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, trigger: string, raisedAt: string, isRead: boolean, iccid: string | null, sim: { iccid: string, name: string | null, state: SimState } | null }> } | null } | null };

export type AlertsOfSimsQueryVariables = Exact<{
  refs?: Array<SimRef> | SimRef;
  unreadOnly?: boolean;
  first?: number | null | undefined;
}>;


export type AlertsOfSimsQuery = { simsByRef: Array<{ iccid: string, name: string | null, alerts: { totalCount: number, nodes: Array<{ id: string, trigger: string, raisedAt: string, isRead: boolean }> } | null } | null> | null };

export type DiagnosticsQueryVariables = Exact<{
  refs?: Array<SimRef> | SimRef;
  nullIfMissing?: boolean;
}>;


export type DiagnosticsQuery = { simsByRef: Array<{ iccid: string, diagnostics: { imei: string | null, deviceName: string | null, inDataSession: boolean | null, lastNetworkActivityAt: string | null, lastCountry: string | null, lastOperator: string | null, location: { latitude: number, longitude: number, radiusMeters: number | null } | null } | null } | null> | null };

export type EsimProfilesQueryVariables = Exact<{
  by?: SimRef;
}>;


export type EsimProfilesQuery = { sim: { iccid: string, esim: { eid: string, activeProfile: string | null, downloadedProfiles: Array<string>, installableProfiles: Array<string> | null } | null } | null };

export type GroupsQueryVariables = Exact<{
  first?: number | null | undefined;
}>;


export type GroupsQuery = { account: { groups: Array<{ id: string, name: string, fleet: { total: number, transitioning: number } | null, sims: { totalCount: number, nodes: Array<{ iccid: string, name: string | null, state: SimState }> } | null }> | null } | null };

export type GroupByNameQueryVariables = Exact<{
  name?: string;
}>;


export type GroupByNameQuery = { group: { id: string, name: string, sims: { totalCount: number, nodes: Array<{ iccid: string, name: string | null, state: SimState }> } | null, alerts: { totalCount: number, nodes: Array<{ id: string, trigger: string, raisedAt: string, iccid: string | null }> } | null } | null };

export type AccountQueryVariables = Exact<{
  month?: string | null | undefined;
  nullIfMissing?: boolean;
}>;


export type AccountQuery = { account: { availableProfiles: Array<string> | null, balance: { month: string, usedBytes: number, cost: { amount: number, currency: string } } | null } | null };

export type NodesQueryVariables = Exact<{
  ids?: Array<string> | string;
}>;


export type NodesQuery = { nodes: Array<
    | { __typename: 'BulkOperation', status: BulkStatus, id: string }
    | { __typename: 'Sim', iccid: string, id: string, simName: string | null }
    | { __typename: 'SimGroup', id: string, groupName: string }
   | null> | null };

export type ErrorCatalogQueryVariables = Exact<{ [key: string]: never; }>;


export type ErrorCatalogQuery = { errorCatalog: Array<{ code: ErrorCode, simApiCode: string | null, description: string, retryable: boolean }> | null };

export type AuditLogQueryVariables = Exact<{
  iccid?: string | null | undefined;
  actor?: string | null | undefined;
  actions?: Array<AuditAction> | AuditAction | null | undefined;
  from?: string | null | undefined;
  to?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AuditLogQuery = { auditLog: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, at: string, actor: string, action: AuditAction, arguments: string | null, outcome: AuditOutcome, errorCode: ErrorCode | null, simCount: number, iccids: Array<string>, requestId: string, bulkOperation: { id: string, status: BulkStatus } | null }> } | null };

export type BulkOperationsQueryVariables = Exact<{
  statuses?: Array<BulkStatus> | BulkStatus | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type BulkOperationsQuery = { bulkOperations: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, action: SimAction, status: BulkStatus, actor: string, createdAt: string, finishedAt: string | null, total: number, sent: number, succeeded: number, failed: number, unknown: number, notSent: number, settling: number, error: { code: ErrorCode, message: string, retryable: boolean } | null }> } | null };

export type BulkOperationQueryVariables = Exact<{
  id?: string;
  outcomes?: Array<SimOutcome> | SimOutcome | null | undefined;
  after?: string | null | undefined;
}>;


export type BulkOperationQuery = { bulkOperation: { id: string, status: BulkStatus, total: number, succeeded: number, failed: number, unknown: number, notSent: number, results: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ iccid: string | null, eid: string | null, outcome: SimOutcome, error: { code: ErrorCode, message: string } | null, sim: { id: string, name: string | null, state: SimState } | null }> } | null } | null };

export type PreviewChangeQueryVariables = Exact<{
  input?: StartBulkOperationInput;
}>;


export type PreviewChangeQuery = { previewChange: { total: number, alreadyApplied: number, refused: number, toSend: number, likelyRefused: number, upstreamCalls: number, asOf: string, refusals: Array<{ code: ErrorCode, message: string, count: number, exampleIccid: string | null, exampleEid: string | null }> } | null };

export type CombinedFiltersQueryVariables = Exact<{
  filter?: SimFilter | null | undefined;
  orderBy?: SimOrder | null | undefined;
}>;


export type CombinedFiltersQuery = { sims: { totalCount: number, nodes: Array<{ iccid: string, state: SimState, offlineReason: OfflineReason | null, lastNetworkActivityAt: string | null, lastDataSessionAt: string | null, cost: { cost: { amount: number, currency: string } } | null }> } | null };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { actor: string, method: AuthenticationMethod, scopes: Array<Scope>, groups: Array<string> | null, expiresAt: string | null, environment: Environment } | null };

export type ActivateSimMutationVariables = Exact<{
  sim?: SimRef;
}>;


export type ActivateSimMutation = { activateSim: { iccid: string, outcome: SimOutcome, sim: { iccid: string, name: string | null, state: SimState, pendingState: SimState | null, isTransitioning: boolean } | null } | null };

export type DeactivateSimMutationVariables = Exact<{
  sim?: SimRef;
}>;


export type DeactivateSimMutation = { deactivateSim: { iccid: string, outcome: SimOutcome, sim: { iccid: string, name: string | null, state: SimState, pendingState: SimState | null, isTransitioning: boolean } | null } | null };

export type SuspendSimsMutationVariables = Exact<{
  sims?: Array<SimRef> | SimRef;
}>;


export type SuspendSimsMutation = { suspendSims: { succeeded: number, failed: number, unknown: number, notSent: number, results: Array<{ iccid: string | null, outcome: SimOutcome, error: { code: ErrorCode, message: string, retryable: boolean, retryAfterSeconds: number | null, simApi: { code: string, description: string | null, httpStatus: number, timestamp: string | null, operation: string } | null } | null, sim: { iccid: string, state: SimState, pendingState: SimState | null } | null }> } | null };

export type ResumeSimMutationVariables = Exact<{
  sim?: SimRef;
}>;


export type ResumeSimMutation = { resumeSim: { iccid: string, outcome: SimOutcome, sim: { iccid: string, name: string | null, state: SimState, pendingState: SimState | null, isTransitioning: boolean } | null } | null };

export type TestSimMutationVariables = Exact<{
  sim?: SimRef;
}>;


export type TestSimMutation = { testSim: { iccid: string, outcome: SimOutcome, sim: { iccid: string, name: string | null, state: SimState, pendingState: SimState | null, isTransitioning: boolean } | null } | null };

export type ActiveReadySimMutationVariables = Exact<{
  sim?: SimRef;
}>;


export type ActiveReadySimMutation = { activeReadySim: { iccid: string, outcome: SimOutcome, sim: { iccid: string, name: string | null, state: SimState, pendingState: SimState | null, isTransitioning: boolean } | null } | null };

export type ResetSimMutationVariables = Exact<{
  sim?: SimRef;
}>;


export type ResetSimMutation = { resetSim: { iccid: string, outcome: SimOutcome, error: { code: ErrorCode, message: string, simApi: { code: string, description: string | null } | null } | null } | null };

export type SetSimNameMutationVariables = Exact<{
  sim?: SimRef;
  name?: string;
}>;


export type SetSimNameMutation = { setSimName: { iccid: string, outcome: SimOutcome, sim: { iccid: string, name: string | null } | null } | null };

export type SetSimsGroupMutationVariables = Exact<{
  sims?: Array<SimRef> | SimRef;
  group?: string;
}>;


export type SetSimsGroupMutation = { setSimsGroup: { succeeded: number, results: Array<{ iccid: string | null, outcome: SimOutcome, error: { code: ErrorCode, message: string } | null, sim: { iccid: string, group: { id: string, name: string } | null } | null }> } | null };

export type SetSimsDataLimitMutationVariables = Exact<{
  sims?: Array<SimRef> | SimRef;
  limit?: DataLimitInput;
}>;


export type SetSimsDataLimitMutation = { setSimsDataLimit: { succeeded: number, results: Array<{ iccid: string | null, outcome: SimOutcome, error: { code: ErrorCode, message: string } | null, sim: { iccid: string, dataUsage: { limitMegabytes: number | null, usedPercent: number | null } } | null }> } | null };

export type SetSimsImeiLockMutationVariables = Exact<{
  sims?: Array<SimRef> | SimRef;
  locked?: boolean;
}>;


export type SetSimsImeiLockMutation = { setSimsImeiLock: { succeeded: number, results: Array<{ iccid: string | null, outcome: SimOutcome, error: { code: ErrorCode, message: string } | null }> } | null };

export type SendSmsMutationVariables = Exact<{
  sims?: Array<SimRef> | SimRef;
  text?: string;
}>;


export type SendSmsMutation = { sendSms: { succeeded: number, failed: number, unknown: number, results: Array<{ iccid: string | null, outcome: SimOutcome, error: { code: ErrorCode, message: string } | null }> } | null };

export type ChangeEsimProfileMutationVariables = Exact<{
  sims?: Array<SimRef> | SimRef;
  profile?: string;
  action?: EsimProfileAction;
}>;


export type ChangeEsimProfileMutation = { changeEsimProfile: { succeeded: number, results: Array<{ iccid: string | null, outcome: SimOutcome, error: { code: ErrorCode, message: string } | null, sim: { iccid: string, esim: { activeProfile: string | null, downloadedProfiles: Array<string> } | null } | null }> } | null };

export type MarkAlertsReadMutationVariables = Exact<{
  scope?: AlertScope;
}>;


export type MarkAlertsReadMutation = { markAlertsRead: { marked: number } | null };

export type CloseSimMutationVariables = Exact<{
  sim?: SimRef;
  confirmIccid?: string;
}>;


export type CloseSimMutation = { closeSim: { iccid: string, outcome: SimOutcome, sim: { iccid: string, state: SimState, pendingState: SimState | null, availableActions: Array<SimAction> } | null } | null };

export type SendSmsOnceMutationVariables = Exact<{
  sims?: Array<SimRef> | SimRef;
  text?: string;
  idempotencyKey?: string;
}>;


export type SendSmsOnceMutation = { sendSms: { succeeded: number, results: Array<{ iccid: string | null, outcome: SimOutcome, error: { code: ErrorCode, message: string } | null }> } | null };

export type StartBulkOperationMutationVariables = Exact<{
  action?: SimAction;
  target?: BulkTarget;
  params?: BulkParams | null | undefined;
  expectedCount?: number | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type StartBulkOperationMutation = { startBulkOperation: { bulkOperation: { id: string, status: BulkStatus, total: number } } | null };

export type CancelBulkOperationMutationVariables = Exact<{
  id?: string;
}>;


export type CancelBulkOperationMutation = { cancelBulkOperation: { bulkOperation: { id: string, status: BulkStatus, notSent: number } } | null };

export type StartBulkOperationByFilterMutationVariables = Exact<{
  filter?: SimFilter;
  megabytes?: number;
  expectedCount?: number | null | undefined;
}>;


export type StartBulkOperationByFilterMutation = { startBulkOperation: { bulkOperation: { id: string, status: BulkStatus, total: number } } | null };

export type SimApiErrorQueryVariables = Exact<{ [key: string]: never; }>;


export type SimApiErrorQuery = { sim: { iccid: string, diagnostics: { imei: string | null } | null } | null };

export type SimNotFoundQueryVariables = Exact<{ [key: string]: never; }>;


export type SimNotFoundQuery = { sim: { iccid: string, name: string | null } | null };

export type FeatureNotEnabledQueryVariables = Exact<{ [key: string]: never; }>;


export type FeatureNotEnabledQuery = { sim: { iccid: string, name: string | null, diagnostics: { imei: string | null } | null } | null };

export type NoCostHistoryQueryVariables = Exact<{ [key: string]: never; }>;


export type NoCostHistoryQuery = { sim: { iccid: string, name: string | null, cost: { usedBytes: number } | null } | null };

export type NoBalanceHistoryQueryVariables = Exact<{ [key: string]: never; }>;


export type NoBalanceHistoryQuery = { account: { balance: { usedBytes: number } | null } | null };

export type NoDiagnosticsQueryVariables = Exact<{ [key: string]: never; }>;


export type NoDiagnosticsQuery = { sim: { iccid: string, name: string | null, diagnostics: { imei: string | null } | null } | null };

export type TransitionNotAllowedMutationVariables = Exact<{ [key: string]: never; }>;


export type TransitionNotAllowedMutation = { testSim: { iccid: string, outcome: SimOutcome } | null };

export type SimLockedByAdminMutationVariables = Exact<{ [key: string]: never; }>;


export type SimLockedByAdminMutation = { deactivateSim: { iccid: string, outcome: SimOutcome } | null };

export type ImeiLockRefusedMutationVariables = Exact<{ [key: string]: never; }>;


export type ImeiLockRefusedMutation = { setSimsImeiLock: { results: Array<{ iccid: string | null, outcome: SimOutcome, error: { code: ErrorCode, message: string, simApi: { code: string } | null } | null }> } | null };

export type DataLimitBelowUsageMutationVariables = Exact<{ [key: string]: never; }>;


export type DataLimitBelowUsageMutation = { setSimsDataLimit: { results: Array<{ iccid: string | null, outcome: SimOutcome, error: { code: ErrorCode, message: string, simApi: { code: string } | null } | null }> } | null };

export type DataLimitReachedMutationVariables = Exact<{ [key: string]: never; }>;


export type DataLimitReachedMutation = { activateSim: { iccid: string, outcome: SimOutcome } | null };

export type GroupNameForbiddenMutationVariables = Exact<{ [key: string]: never; }>;


export type GroupNameForbiddenMutation = { setSimsGroup: { results: Array<{ iccid: string | null, outcome: SimOutcome, error: { code: ErrorCode, message: string, simApi: { code: string } | null } | null }> } | null };

export type SmsNotAllowedMutationVariables = Exact<{ [key: string]: never; }>;


export type SmsNotAllowedMutation = { sendSms: { results: Array<{ iccid: string | null, outcome: SimOutcome, error: { code: ErrorCode, message: string, simApi: { code: string } | null } | null }> } | null };


export const FirstHundredSimsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FirstHundredSims"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"100"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sims"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}},{"kind":"Field","name":{"kind":"Name","value":"unreadableSims"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"dataUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"usedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"limitMegabytes"}},{"kind":"Field","name":{"kind":"Name","value":"usedPercent"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"nullIfMissing"},"value":{"kind":"BooleanValue","value":true}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dataPlan"}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<FirstHundredSimsQuery, FirstHundredSimsQueryVariables>;
export const PageOfSimsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PageOfSims"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SimOrder"}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"field"},"value":{"kind":"EnumValue","value":"LAST_DATA_SESSION"}},{"kind":"ObjectField","name":{"kind":"Name","value":"direction"},"value":{"kind":"EnumValue","value":"DESC"}}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sims"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"pendingState"}},{"kind":"Field","name":{"kind":"Name","value":"lastDataSessionAt"}}]}}]}}]}}]}}]} as unknown as DocumentNode<PageOfSimsQuery, PageOfSimsQueryVariables>;
export const FilteredSimsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FilteredSims"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SimFilter"}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"states"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"LIVE"}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"usedPercentAtLeast"},"value":{"kind":"IntValue","value":"10"}}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SimOrder"}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"field"},"value":{"kind":"EnumValue","value":"USED_PERCENT"}},{"kind":"ObjectField","name":{"kind":"Name","value":"direction"},"value":{"kind":"EnumValue","value":"DESC"}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sims"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"group"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"dataUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"usedPercent"}},{"kind":"Field","name":{"kind":"Name","value":"remainingBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastDataSessionAt"}}]}}]}}]}}]} as unknown as DocumentNode<FilteredSimsQuery, FilteredSimsQueryVariables>;
export const SearchSimsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SearchSims"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"search"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"SCOOTER-00","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sims"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"search"},"value":{"kind":"Variable","name":{"kind":"Name","value":"search"}}}]}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"field"},"value":{"kind":"EnumValue","value":"NAME"}}]}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"msisdn"}},{"kind":"Field","name":{"kind":"Name","value":"imsi"}},{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"eid"}}]}}]}}]}}]} as unknown as DocumentNode<SearchSimsQuery, SearchSimsQueryVariables>;
export const FleetDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Fleet"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SimFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fleet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"transitioning"}},{"kind":"Field","name":{"kind":"Name","value":"overDataLimit"}},{"kind":"Field","name":{"kind":"Name","value":"usedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}},{"kind":"Field","name":{"kind":"Name","value":"unreadableSims"}},{"kind":"Field","name":{"kind":"Name","value":"byState"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"byGroup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"group"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}}]}}]} as unknown as DocumentNode<FleetQuery, FleetQueryVariables>;
export const OneSimDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OneSim"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"by"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000002107","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"Variable","name":{"kind":"Name","value":"by"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"eid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"group"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"msisdn"}},{"kind":"Field","name":{"kind":"Name","value":"imsi"}},{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"formFactor"}},{"kind":"Field","name":{"kind":"Name","value":"apn"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"pendingState"}},{"kind":"Field","name":{"kind":"Name","value":"isTransitioning"}},{"kind":"Field","name":{"kind":"Name","value":"rawState"}},{"kind":"Field","name":{"kind":"Name","value":"availableActions"}},{"kind":"Field","name":{"kind":"Name","value":"lastNetworkActivityAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastDataSessionAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastModifiedAt"}},{"kind":"Field","name":{"kind":"Name","value":"dataUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"usedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"limitMegabytes"}},{"kind":"Field","name":{"kind":"Name","value":"limitBytes"}},{"kind":"Field","name":{"kind":"Name","value":"remainingBytes"}},{"kind":"Field","name":{"kind":"Name","value":"usedPercent"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}}]}}]} as unknown as DocumentNode<OneSimQuery, OneSimQueryVariables>;
export const SimsByRefDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SimsByRef"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"refs"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000002107","block":false}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000002024","block":false}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000000028","block":false}}]}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"simsByRef"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"refs"},"value":{"kind":"Variable","name":{"kind":"Name","value":"refs"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"nullIfMissing"},"value":{"kind":"BooleanValue","value":true}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"usedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}}]}}]}}]} as unknown as DocumentNode<SimsByRefQuery, SimsByRefQueryVariables>;
export const CostOfAMonthDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CostOfAMonth"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"refs"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000002107","block":false}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000001018","block":false}}]}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"month"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"YearMonth"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"nullIfMissing"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}},"defaultValue":{"kind":"BooleanValue","value":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"simsByRef"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"refs"},"value":{"kind":"Variable","name":{"kind":"Name","value":"refs"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"month"},"value":{"kind":"Variable","name":{"kind":"Name","value":"month"}}},{"kind":"Argument","name":{"kind":"Name","value":"nullIfMissing"},"value":{"kind":"Variable","name":{"kind":"Name","value":"nullIfMissing"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"month"}},{"kind":"Field","name":{"kind":"Name","value":"dataPlan"}},{"kind":"Field","name":{"kind":"Name","value":"usedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}}]}}]}}]} as unknown as DocumentNode<CostOfAMonthQuery, CostOfAMonthQueryVariables>;
export const SessionsOfASimDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SessionsOfASim"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"by"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000002107","block":false}}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"10"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"Variable","name":{"kind":"Name","value":"by"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"sessions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"country"}},{"kind":"Field","name":{"kind":"Name","value":"countryCode"}},{"kind":"Field","name":{"kind":"Name","value":"operator"}},{"kind":"Field","name":{"kind":"Name","value":"usedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<SessionsOfASimQuery, SessionsOfASimQueryVariables>;
export const AlertsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Alerts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"unreadOnly"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}},"defaultValue":{"kind":"BooleanValue","value":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"10"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alerts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"unreadOnly"},"value":{"kind":"Variable","name":{"kind":"Name","value":"unreadOnly"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"raisedAt"}},{"kind":"Field","name":{"kind":"Name","value":"isRead"}},{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"sim"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<AlertsQuery, AlertsQueryVariables>;
export const AlertsOfSimsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AlertsOfSims"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"refs"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016076059646","block":false}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000002107","block":false}}]}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"unreadOnly"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}},"defaultValue":{"kind":"BooleanValue","value":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"simsByRef"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"refs"},"value":{"kind":"Variable","name":{"kind":"Name","value":"refs"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"alerts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"unreadOnly"},"value":{"kind":"Variable","name":{"kind":"Name","value":"unreadOnly"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"raisedAt"}},{"kind":"Field","name":{"kind":"Name","value":"isRead"}}]}}]}}]}}]}}]} as unknown as DocumentNode<AlertsOfSimsQuery, AlertsOfSimsQueryVariables>;
export const DiagnosticsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Diagnostics"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"refs"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000002107","block":false}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000001034","block":false}}]}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"nullIfMissing"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}},"defaultValue":{"kind":"BooleanValue","value":true}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"simsByRef"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"refs"},"value":{"kind":"Variable","name":{"kind":"Name","value":"refs"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"diagnostics"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"nullIfMissing"},"value":{"kind":"Variable","name":{"kind":"Name","value":"nullIfMissing"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"deviceName"}},{"kind":"Field","name":{"kind":"Name","value":"inDataSession"}},{"kind":"Field","name":{"kind":"Name","value":"lastNetworkActivityAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastCountry"}},{"kind":"Field","name":{"kind":"Name","value":"lastOperator"}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"latitude"}},{"kind":"Field","name":{"kind":"Name","value":"longitude"}},{"kind":"Field","name":{"kind":"Name","value":"radiusMeters"}}]}}]}}]}}]}}]} as unknown as DocumentNode<DiagnosticsQuery, DiagnosticsQueryVariables>;
export const EsimProfilesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EsimProfiles"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"by"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016076059646","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"Variable","name":{"kind":"Name","value":"by"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"esim"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"eid"}},{"kind":"Field","name":{"kind":"Name","value":"activeProfile"}},{"kind":"Field","name":{"kind":"Name","value":"downloadedProfiles"}},{"kind":"Field","name":{"kind":"Name","value":"installableProfiles"}}]}}]}}]}}]} as unknown as DocumentNode<EsimProfilesQuery, EsimProfilesQueryVariables>;
export const GroupsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Groups"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"3"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"groups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"fleet"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"transitioning"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sims"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<GroupsQuery, GroupsQueryVariables>;
export const GroupByNameDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"GroupByName"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"Meters","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"group"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"sims"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"alerts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"unreadOnly"},"value":{"kind":"BooleanValue","value":true}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"raisedAt"}},{"kind":"Field","name":{"kind":"Name","value":"iccid"}}]}}]}}]}}]}}]} as unknown as DocumentNode<GroupByNameQuery, GroupByNameQueryVariables>;
export const AccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Account"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"month"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"YearMonth"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"nullIfMissing"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}},"defaultValue":{"kind":"BooleanValue","value":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"balance"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"month"},"value":{"kind":"Variable","name":{"kind":"Name","value":"month"}}},{"kind":"Argument","name":{"kind":"Name","value":"nullIfMissing"},"value":{"kind":"Variable","name":{"kind":"Name","value":"nullIfMissing"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"month"}},{"kind":"Field","name":{"kind":"Name","value":"usedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"availableProfiles"}}]}}]}}]} as unknown as DocumentNode<AccountQuery, AccountQueryVariables>;
export const NodesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Nodes"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"StringValue","value":"U2ltOjg5MzcyMDQ5OTkwMDAwMDIxMDc","block":false},{"kind":"StringValue","value":"U2ltR3JvdXA6TWV0ZXJz","block":false}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Sim"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","alias":{"kind":"Name","value":"simName"},"name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SimGroup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"groupName"},"name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BulkOperation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<NodesQuery, NodesQueryVariables>;
export const ErrorCatalogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ErrorCatalog"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"errorCatalog"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"simApiCode"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]}}]} as unknown as DocumentNode<ErrorCatalogQuery, ErrorCatalogQueryVariables>;
export const AuditLogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AuditLog"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"iccid"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ICCID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"actor"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"actions"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AuditAction"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"auditLog"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"iccid"},"value":{"kind":"Variable","name":{"kind":"Name","value":"iccid"}}},{"kind":"Argument","name":{"kind":"Name","value":"actor"},"value":{"kind":"Variable","name":{"kind":"Name","value":"actor"}}},{"kind":"Argument","name":{"kind":"Name","value":"actions"},"value":{"kind":"Variable","name":{"kind":"Name","value":"actions"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"actor"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"arguments"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"errorCode"}},{"kind":"Field","name":{"kind":"Name","value":"simCount"}},{"kind":"Field","name":{"kind":"Name","value":"iccids"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}}]},{"kind":"Field","name":{"kind":"Name","value":"requestId"}},{"kind":"Field","name":{"kind":"Name","value":"bulkOperation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]}}]} as unknown as DocumentNode<AuditLogQuery, AuditLogQueryVariables>;
export const BulkOperationsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BulkOperations"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"statuses"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BulkStatus"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"10"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bulkOperations"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"statuses"},"value":{"kind":"Variable","name":{"kind":"Name","value":"statuses"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"actor"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"sent"}},{"kind":"Field","name":{"kind":"Name","value":"succeeded"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"unknown"}},{"kind":"Field","name":{"kind":"Name","value":"notSent"}},{"kind":"Field","name":{"kind":"Name","value":"settling"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]}}]}}]}}]} as unknown as DocumentNode<BulkOperationsQuery, BulkOperationsQueryVariables>;
export const BulkOperationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BulkOperation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},"defaultValue":{"kind":"StringValue","value":"QnVsa09wZXJhdGlvbjowMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDA","block":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"outcomes"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimOutcome"}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"FAILED"},{"kind":"EnumValue","value":"UNKNOWN"},{"kind":"EnumValue","value":"NOT_SENT"}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bulkOperation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"succeeded"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"unknown"}},{"kind":"Field","name":{"kind":"Name","value":"notSent"}},{"kind":"Field","name":{"kind":"Name","value":"results"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"outcomes"},"value":{"kind":"Variable","name":{"kind":"Name","value":"outcomes"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"eid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sim"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<BulkOperationQuery, BulkOperationQueryVariables>;
export const PreviewChangeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PreviewChange"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StartBulkOperationInput"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"action"},"value":{"kind":"EnumValue","value":"SUSPEND"}},{"kind":"ObjectField","name":{"kind":"Name","value":"target"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"groups"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"Trackers EU","block":false}]}}]}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"previewChange"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"alreadyApplied"}},{"kind":"Field","name":{"kind":"Name","value":"refused"}},{"kind":"Field","name":{"kind":"Name","value":"refusals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"exampleIccid"}},{"kind":"Field","name":{"kind":"Name","value":"exampleEid"}}]}},{"kind":"Field","name":{"kind":"Name","value":"toSend"}},{"kind":"Field","name":{"kind":"Name","value":"likelyRefused"}},{"kind":"Field","name":{"kind":"Name","value":"upstreamCalls"}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}}]}}]}}]} as unknown as DocumentNode<PreviewChangeQuery, PreviewChangeQueryVariables>;
export const CombinedFiltersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CombinedFilters"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SimFilter"}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"or"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"offlineReasons"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"SUSPENDED"}]}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"states"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"LIVE"},{"kind":"EnumValue","value":"TEST"}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"neverHadDataSession"},"value":{"kind":"BooleanValue","value":true}}]}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"not"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"isTransitioning"},"value":{"kind":"BooleanValue","value":true}}]}}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SimOrder"}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"field"},"value":{"kind":"EnumValue","value":"COST"}},{"kind":"ObjectField","name":{"kind":"Name","value":"direction"},"value":{"kind":"EnumValue","value":"DESC"}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sims"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"offlineReason"}},{"kind":"Field","name":{"kind":"Name","value":"lastNetworkActivityAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastDataSessionAt"}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"nullIfMissing"},"value":{"kind":"BooleanValue","value":true}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<CombinedFiltersQuery, CombinedFiltersQueryVariables>;
export const ViewerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"actor"}},{"kind":"Field","name":{"kind":"Name","value":"method"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"}},{"kind":"Field","name":{"kind":"Name","value":"groups"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"environment"}}]}}]}}]} as unknown as DocumentNode<ViewerQuery, ViewerQueryVariables>;
export const ActivateSimDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ActivateSim"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sim"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016097223213","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"activateSim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sim"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sim"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"sim"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"pendingState"}},{"kind":"Field","name":{"kind":"Name","value":"isTransitioning"}}]}}]}}]}}]} as unknown as DocumentNode<ActivateSimMutation, ActivateSimMutationVariables>;
export const DeactivateSimDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeactivateSim"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sim"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016221940153","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deactivateSim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sim"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sim"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"sim"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"pendingState"}},{"kind":"Field","name":{"kind":"Name","value":"isTransitioning"}}]}}]}}]}}]} as unknown as DocumentNode<DeactivateSimMutation, DeactivateSimMutationVariables>;
export const SuspendSimsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SuspendSims"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sims"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016749780834","block":false}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000000028","block":false}}]}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"suspendSims"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sims"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sims"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"succeeded"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"unknown"}},{"kind":"Field","name":{"kind":"Name","value":"notSent"}},{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"simApi"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"httpStatus"}},{"kind":"Field","name":{"kind":"Name","value":"timestamp"}},{"kind":"Field","name":{"kind":"Name","value":"operation"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"sim"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"pendingState"}}]}}]}}]}}]}}]} as unknown as DocumentNode<SuspendSimsMutation, SuspendSimsMutationVariables>;
export const ResumeSimDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResumeSim"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sim"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016895661341","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resumeSim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sim"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sim"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"sim"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"pendingState"}},{"kind":"Field","name":{"kind":"Name","value":"isTransitioning"}}]}}]}}]}}]} as unknown as DocumentNode<ResumeSimMutation, ResumeSimMutationVariables>;
export const TestSimDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TestSim"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sim"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"89372040217423502029","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"testSim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sim"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sim"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"sim"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"pendingState"}},{"kind":"Field","name":{"kind":"Name","value":"isTransitioning"}}]}}]}}]}}]} as unknown as DocumentNode<TestSimMutation, TestSimMutationVariables>;
export const ActiveReadySimDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ActiveReadySim"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sim"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016208585930","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"activeReadySim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sim"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sim"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"sim"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"pendingState"}},{"kind":"Field","name":{"kind":"Name","value":"isTransitioning"}}]}}]}}]}}]} as unknown as DocumentNode<ActiveReadySimMutation, ActiveReadySimMutationVariables>;
export const ResetSimDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResetSim"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sim"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016333302870","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resetSim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sim"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sim"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"simApi"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"description"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ResetSimMutation, ResetSimMutationVariables>;
export const SetSimNameDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetSimName"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sim"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016076059646","block":false}}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"Courier 7","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setSimName"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sim"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sim"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"sim"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]} as unknown as DocumentNode<SetSimNameMutation, SetSimNameMutationVariables>;
export const SetSimsGroupDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetSimsGroup"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sims"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016076059646","block":false}}]}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"group"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"Couriers","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setSimsGroup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sims"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sims"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"group"},"value":{"kind":"Variable","name":{"kind":"Name","value":"group"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"succeeded"}},{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sim"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"group"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<SetSimsGroupMutation, SetSimsGroupMutationVariables>;
export const SetSimsDataLimitDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetSimsDataLimit"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sims"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016076059646","block":false}}]}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"limit"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DataLimitInput"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"megabytes"},"value":{"kind":"IntValue","value":"5000"}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setSimsDataLimit"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sims"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sims"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"limit"},"value":{"kind":"Variable","name":{"kind":"Name","value":"limit"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"succeeded"}},{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sim"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"dataUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"limitMegabytes"}},{"kind":"Field","name":{"kind":"Name","value":"usedPercent"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<SetSimsDataLimitMutation, SetSimsDataLimitMutationVariables>;
export const SetSimsImeiLockDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetSimsImeiLock"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sims"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016076059646","block":false}}]}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"locked"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}},"defaultValue":{"kind":"BooleanValue","value":true}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setSimsImeiLock"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sims"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sims"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"locked"},"value":{"kind":"Variable","name":{"kind":"Name","value":"locked"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"succeeded"}},{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]}}]} as unknown as DocumentNode<SetSimsImeiLockMutation, SetSimsImeiLockMutationVariables>;
export const SendSmsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SendSms"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sims"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016076059646","block":false}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000002404","block":false}}]}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"text"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"status?","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sendSms"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sims"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sims"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"text"},"value":{"kind":"Variable","name":{"kind":"Name","value":"text"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"succeeded"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"unknown"}},{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]}}]} as unknown as DocumentNode<SendSmsMutation, SendSmsMutationVariables>;
export const ChangeEsimProfileDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ChangeEsimProfile"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sims"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016076059646","block":false}}]}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"profile"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"Vodafone DE","block":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"action"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"EsimProfileAction"}}},"defaultValue":{"kind":"EnumValue","value":"DOWNLOAD"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changeEsimProfile"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sims"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sims"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"profile"},"value":{"kind":"Variable","name":{"kind":"Name","value":"profile"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"action"},"value":{"kind":"Variable","name":{"kind":"Name","value":"action"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"succeeded"}},{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sim"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"esim"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"activeProfile"}},{"kind":"Field","name":{"kind":"Name","value":"downloadedProfiles"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<ChangeEsimProfileMutation, ChangeEsimProfileMutationVariables>;
export const MarkAlertsReadDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"MarkAlertsRead"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"scope"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AlertScope"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"group"},"value":{"kind":"StringValue","value":"Pilot","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"markAlertsRead"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"scope"},"value":{"kind":"Variable","name":{"kind":"Name","value":"scope"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"marked"}}]}}]}}]} as unknown as DocumentNode<MarkAlertsReadMutation, MarkAlertsReadMutationVariables>;
export const CloseSimDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CloseSim"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sim"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016187422360","block":false}}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"confirmIccid"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ICCID"}}},"defaultValue":{"kind":"StringValue","value":"8937204016187422360","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"closeSim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sim"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sim"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"confirmIccid"},"value":{"kind":"Variable","name":{"kind":"Name","value":"confirmIccid"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"sim"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"pendingState"}},{"kind":"Field","name":{"kind":"Name","value":"availableActions"}}]}}]}}]}}]} as unknown as DocumentNode<CloseSimMutation, CloseSimMutationVariables>;
export const SendSmsOnceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SendSmsOnce"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sims"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimRef"}}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204016076059646","block":false}}]}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"text"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"hello","block":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"idempotencyKey"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},"defaultValue":{"kind":"StringValue","value":"welcome-sms-1","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sendSms"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sims"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sims"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"text"},"value":{"kind":"Variable","name":{"kind":"Name","value":"text"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"idempotencyKey"},"value":{"kind":"Variable","name":{"kind":"Name","value":"idempotencyKey"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"succeeded"}},{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]}}]} as unknown as DocumentNode<SendSmsOnceMutation, SendSmsOnceMutationVariables>;
export const StartBulkOperationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartBulkOperation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"action"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimAction"}}},"defaultValue":{"kind":"EnumValue","value":"SET_DATA_LIMIT"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"target"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BulkTarget"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"group"},"value":{"kind":"StringValue","value":"Trackers EU","block":false}}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"params"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"BulkParams"}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"dataLimit"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"megabytes"},"value":{"kind":"IntValue","value":"9000"}}]}}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"expectedCount"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"idempotencyKey"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startBulkOperation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"action"},"value":{"kind":"Variable","name":{"kind":"Name","value":"action"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"target"},"value":{"kind":"Variable","name":{"kind":"Name","value":"target"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"params"},"value":{"kind":"Variable","name":{"kind":"Name","value":"params"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"expectedCount"},"value":{"kind":"Variable","name":{"kind":"Name","value":"expectedCount"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"idempotencyKey"},"value":{"kind":"Variable","name":{"kind":"Name","value":"idempotencyKey"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bulkOperation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"total"}}]}}]}}]}}]} as unknown as DocumentNode<StartBulkOperationMutation, StartBulkOperationMutationVariables>;
export const CancelBulkOperationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelBulkOperation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},"defaultValue":{"kind":"StringValue","value":"QnVsa09wZXJhdGlvbjowMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDA","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelBulkOperation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bulkOperation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"notSent"}}]}}]}}]}}]} as unknown as DocumentNode<CancelBulkOperationMutation, CancelBulkOperationMutationVariables>;
export const StartBulkOperationByFilterDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartBulkOperationByFilter"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SimFilter"}}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"states"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"LIVE"}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"groups"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"Trackers EU","block":false}]}}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"megabytes"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"9000"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"expectedCount"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startBulkOperation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"action"},"value":{"kind":"EnumValue","value":"SET_DATA_LIMIT"}},{"kind":"ObjectField","name":{"kind":"Name","value":"target"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"params"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"dataLimit"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"megabytes"},"value":{"kind":"Variable","name":{"kind":"Name","value":"megabytes"}}}]}}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"expectedCount"},"value":{"kind":"Variable","name":{"kind":"Name","value":"expectedCount"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bulkOperation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"total"}}]}}]}}]}}]} as unknown as DocumentNode<StartBulkOperationByFilterMutation, StartBulkOperationByFilterMutationVariables>;
export const SimApiErrorDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SimApiError"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000000002","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"diagnostics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}}]}}]}}]}}]} as unknown as DocumentNode<SimApiErrorQuery, SimApiErrorQueryVariables>;
export const SimNotFoundDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SimNotFound"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000000028","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<SimNotFoundQuery, SimNotFoundQueryVariables>;
export const FeatureNotEnabledDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FeatureNotEnabled"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000000036","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"diagnostics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}}]}}]}}]}}]} as unknown as DocumentNode<FeatureNotEnabledQuery, FeatureNotEnabledQueryVariables>;
export const NoCostHistoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"NoCostHistory"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000001018","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"cost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"usedBytes"}}]}}]}}]}}]} as unknown as DocumentNode<NoCostHistoryQuery, NoCostHistoryQueryVariables>;
export const NoBalanceHistoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"NoBalanceHistory"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"balance"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"month"},"value":{"kind":"StringValue","value":"2020-01","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"usedBytes"}}]}}]}}]}}]} as unknown as DocumentNode<NoBalanceHistoryQuery, NoBalanceHistoryQueryVariables>;
export const NoDiagnosticsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"NoDiagnostics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000001034","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"diagnostics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}}]}}]}}]}}]} as unknown as DocumentNode<NoDiagnosticsQuery, NoDiagnosticsQueryVariables>;
export const TransitionNotAllowedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TransitionNotAllowed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"testSim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sim"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000002115","block":false}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}}]}}]}}]} as unknown as DocumentNode<TransitionNotAllowedMutation, TransitionNotAllowedMutationVariables>;
export const SimLockedByAdminDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SimLockedByAdmin"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deactivateSim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sim"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000002024","block":false}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}}]}}]}}]} as unknown as DocumentNode<SimLockedByAdminMutation, SimLockedByAdminMutationVariables>;
export const ImeiLockRefusedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ImeiLockRefused"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setSimsImeiLock"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sims"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000002032","block":false}}]}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"locked"},"value":{"kind":"BooleanValue","value":true}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"simApi"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<ImeiLockRefusedMutation, ImeiLockRefusedMutationVariables>;
export const DataLimitBelowUsageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DataLimitBelowUsage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setSimsDataLimit"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sims"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000002107","block":false}}]}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"limit"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"megabytes"},"value":{"kind":"IntValue","value":"10"}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"simApi"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<DataLimitBelowUsageMutation, DataLimitBelowUsageMutationVariables>;
export const DataLimitReachedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DataLimitReached"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"activateSim"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sim"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000002115","block":false}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}}]}}]}}]} as unknown as DocumentNode<DataLimitReachedMutation, DataLimitReachedMutationVariables>;
export const GroupNameForbiddenDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"GroupNameForbidden"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setSimsGroup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sims"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000002107","block":false}}]}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"group"},"value":{"kind":"StringValue","value":"forbidden","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"simApi"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<GroupNameForbiddenMutation, GroupNameForbiddenMutationVariables>;
export const SmsNotAllowedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SmsNotAllowed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sendSms"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"sims"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"iccid"},"value":{"kind":"StringValue","value":"8937204999000002404","block":false}}]}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"text"},"value":{"kind":"StringValue","value":"hello","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"iccid"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"simApi"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<SmsNotAllowedMutation, SmsNotAllowedMutationVariables>;