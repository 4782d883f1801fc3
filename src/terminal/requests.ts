/** Fields of a SIM in a table. Without the scope COST, a document that selects costs is refused as a whole. */
const SIM_ROW = `fragment SimRow on Sim {
  iccid eid name state pendingState offlineReason
  group { id name }
  dataUsage { usedBytes limitMegabytes }
  lastDataSessionAt lastNetworkActivityAt
  cost(nullIfMissing: true) @include(if: $withCost) { cost { amount currency } }
}`;

const SIM_PAGE = 'totalCount asOf isComplete pageInfo { hasNextPage endCursor } nodes { ...SimRow }';

const OPERATION = `fragment Operation on BulkOperation {
  id action status total sent succeeded failed unknown notSent settling createdAt finishedAt
  error { code message retryable }
}`;

/** The caller. */
export const VIEWER = 'query Viewer { viewer { actor method scopes groups expiresAt environment } }';

/** A page of the SIMs that match. */
export const SIMS = `query Sims($filter: SimFilter, $orderBy: SimOrder, $first: Int!, $after: String, $withCost: Boolean!) {
  sims(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { ${SIM_PAGE} }
}
${SIM_ROW}`;

/** A page of the SIMs of a group. */
export const GROUP_SIMS = `query GroupSims($group: String!, $orderBy: SimOrder, $first: Int!, $after: String, $withCost: Boolean!) {
  group(name: $group) { id sims(orderBy: $orderBy, first: $first, after: $after) { ${SIM_PAGE} } }
}
${SIM_ROW}`;

/** The number of SIMs that match. */
export const COUNT = `query Count($filter: SimFilter) {
  sims(filter: $filter, first: 1) { totalCount asOf isComplete }
}`;

/** The number of SIMs of a group. */
export const GROUP_COUNT = `query GroupCount($group: String!) {
  group(name: $group) { id sims(first: 1) { totalCount isComplete } }
}`;

/** Counts of the SIMs that match, by state and by group. */
export const FLEET = `query Fleet($filter: SimFilter) {
  fleet(filter: $filter) {
    total transitioning overDataLimit usedBytes asOf isComplete
    byState { state count }
    byGroup { group { id name } count }
  }
}`;

/** One SIM with all fields. */
export const ONE_SIM = `query OneSim($by: SimRef!, $withCost: Boolean!) {
  sim(by: $by) {
    ...SimRow
    msisdn imsi imei type formFactor apn rawState availableActions
    lastNetworkActivityAt lastDataSessionAt lastModifiedAt
    dataUsage { remainingBytes usedPercent updatedAt }
    esim { activeProfile downloadedProfiles }
    sessions(first: 5) { totalCount nodes { id startedAt country operator usedBytes } }
    alerts(first: 5, unreadOnly: true) { totalCount nodes { id trigger raisedAt } }
    diagnostics(nullIfMissing: true) { deviceName inDataSession lastCountry lastOperator }
  }
}
${SIM_ROW}`;

/** The states of up to 1000 SIMs. */
export const SIM_STATES = `query SimStates($refs: [SimRef!]!) {
  simsByRef(refs: $refs) { iccid name state pendingState offlineReason }
}`;

/** What an operation would do. */
export const PREVIEW = `query Preview($input: StartBulkOperationInput!) {
  previewChange(input: $input) {
    total alreadyApplied refused toSend likelyRefused upstreamCalls asOf
    refusals { code message count exampleIccid exampleEid }
  }
}`;

export const START = `mutation Start($input: StartBulkOperationInput!) {
  startBulkOperation(input: $input) { bulkOperation { ...Operation } }
}
${OPERATION}`;

const PAGE = 'totalCount pageInfo { hasNextPage endCursor }';

/** A page of the bulk operations. */
export const OPERATIONS = `query Operations($statuses: [BulkStatus!], $first: Int!, $after: String) {
  bulkOperations(statuses: $statuses, first: $first, after: $after) { ${PAGE} nodes { ...Operation actor } }
}
${OPERATION}`;

/** A page of the audit log. */
export const AUDIT_LOG = `query AuditLog(
  $iccid: ICCID, $actor: String, $actions: [AuditAction!], $from: DateTime, $to: DateTime, $first: Int!, $after: String
) {
  auditLog(iccid: $iccid, actor: $actor, actions: $actions, from: $from, to: $to, first: $first, after: $after) {
    ${PAGE}
    nodes { id at actor action simCount outcome errorCode arguments iccids requestId }
  }
}`;

const ALERT_PAGE = `alerts(first: $first, after: $after, unreadOnly: $unreadOnly) {
    ${PAGE}
    nodes { id raisedAt iccid trigger isRead }
  }`;

/** A page of the alerts of the account. */
export const ALERTS = `query Alerts($unreadOnly: Boolean!, $first: Int!, $after: String) {
  of: account { ${ALERT_PAGE} }
}`;

/** A page of the alerts of a SIM. */
export const SIM_ALERTS = `query SimAlerts($iccid: ICCID!, $unreadOnly: Boolean!, $first: Int!, $after: String) {
  of: sim(by: { iccid: $iccid }) { ${ALERT_PAGE} }
}`;

/** A page of the alerts of the SIMs of a group. */
export const GROUP_ALERTS = `query GroupAlerts($group: String!, $unreadOnly: Boolean!, $first: Int!, $after: String) {
  of: group(name: $group) { ${ALERT_PAGE} }
}`;

/** The groups and the number of their SIMs. */
export const GROUPS = `query Groups {
  fleet { asOf isComplete byGroup { group { id name } count } }
}`;

/** The progress of an operation. */
export const PROGRESS = `query Progress($id: ID!) {
  bulkOperation(id: $id) { ...Operation }
}
${OPERATION}`;

export const CANCEL = `mutation Cancel($input: CancelBulkOperationInput!) {
  cancelBulkOperation(input: $input) { bulkOperation { ...Operation } }
}
${OPERATION}`;

/**
 * A change of one SIM, by a mutation that takes one SIM or a list. Without the scope READ, a document that selects the SIM is refused as a
 * whole.
 */
export function simChange(change: { mutation: string; input: string; takesList?: boolean }): string {
  const result = `iccid outcome error { code message retryable simApi { code } }
    sim @include(if: $withSim) { iccid name state pendingState offlineReason }`;
  return `mutation Change($input: ${change.input}!, $withSim: Boolean!) {
  change: ${change.mutation}(input: $input) { ${change.takesList ? `results { ${result} }` : result} }
}`;
}

/** A page of the results of an operation. */
export const RESULTS = `query Results($id: ID!, $outcomes: [SimOutcome!], $first: Int!, $after: String) {
  bulkOperation(id: $id) {
    id
    results(outcomes: $outcomes, first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { iccid eid outcome error { code message retryable simApi { code description } } }
    }
  }
}`;

/** SIMs or results per page; the maximum of the gateway. */
export const PAGE_SIZE = 500;
