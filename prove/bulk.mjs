import { setTimeout as pause } from 'node:timers/promises';
import { query } from './programs.mjs';

const outcomes = ['SUCCEEDED', 'FAILED', 'UNKNOWN', 'NOT_SENT'];
const fields =
  'id status total sent succeeded failed unknown notSent settling finishedAt error { code } createdAt';
const startText = `mutation ($input: StartBulkOperationInput!) { startBulkOperation(input: $input) { bulkOperation { ${fields} } } }`;
const cancelText = `mutation ($id: ID!) { cancelBulkOperation(input: { id: $id }) { bulkOperation { ${fields} } } }`;
const stateText = `query ($id: ID!) { bulkOperation(id: $id) { ${fields} } }`;
const pageText = `query ($id: ID!, $after: String, $outcomes: [SimOutcome!]) {
  bulkOperation(id: $id) { results(first: 500, after: $after, outcomes: $outcomes) {
    pageInfo { hasNextPage endCursor } nodes { iccid outcome error { code } }
  } } }`;

/** Starts a bulk operation; returns its first state and `acceptedMs`. */
export async function startBulk(url, input) {
  const startedAt = performance.now();
  const { startBulkOperation } = await query(url, startText, { input });
  return { ...startBulkOperation.bulkOperation, acceptedMs: performance.now() - startedAt };
}

/** Cancels an operation; returns its state. */
export async function cancelBulk(url, id) {
  return (await query(url, cancelText, { id })).cancelBulkOperation.bulkOperation;
}

/** The state of an operation; null if the query fails. */
export async function bulkState(url, id) {
  const data = await query(url, stateText, { id }).catch(() => null);
  return data?.bulkOperation ?? null;
}

/** Polls an operation until `isSo` holds; `urlOf` returns the gateway to query each time. Throws after `timeoutMs`. */
export async function bulkUntil(urlOf, id, isSo, { everyMs = 200, timeoutMs = 600_000 } = {}) {
  const startedAt = performance.now();
  for (;;) {
    const state = await bulkState(urlOf(), id);
    if (state !== null && isSo(state)) return state;
    if (performance.now() - startedAt > timeoutMs)
      throw new Error(`the operation did not reach the awaited state: ${JSON.stringify(state)}`);
    await pause(everyMs);
  }
}

/** Waits until an operation has ended. */
export const bulkEnd = (urlOf, id, options) =>
  bulkUntil(urlOf, id, ({ finishedAt }) => finishedAt !== null, options);

/** Waits until a share (0 to 1) of the SIMs of an operation has an outcome. Returns its state then. */
export const bulkShare = (urlOf, id, share) =>
  bulkUntil(
    urlOf,
    id,
    ({ total, succeeded, failed, unknown, notSent }) =>
      succeeded + failed + unknown + notSent >= share * total,
    { everyMs: 100 },
  );

/** `count` random values between 0 and 1 in ascending order, one in each interval of equal length. */
export const randomShares = (count) =>
  Array.from({ length: count }, (_, index) => (index + Math.random()) / count);

/** One page of results, at most 500. */
export async function resultsPage(url, id, after = null, only = []) {
  return (await query(url, pageText, { id, after, outcomes: only })).bulkOperation.results;
}

/** All results, page by page: a list of {iccid, outcome, error}. */
export async function allResults(url, id, only = []) {
  const results = [];
  for (let after = null; ; ) {
    const { nodes, pageInfo } = await resultsPage(url, id, after, only);
    results.push(...nodes);
    if (!pageInfo.hasNextPage) return results;
    after = pageInfo.endCursor;
  }
}

/**
 * Compares the results of an operation with the effects in the sandbox. `iccids` are those of its target, `alreadySo` those that
 * needed no change, and `effects` those of this operation only.
 */
export function checkBulk({ operation, results, iccids, alreadySo = [], effects }) {
  const done = new Map();
  for (const { iccid } of effects) done.set(iccid, (done.get(iccid) ?? 0) + 1);
  const isAlready = new Set(alreadySo);
  const text = new Map();
  const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, 0]));
  const verdict = { counts, codes: {}, unknownDone: 0, twice: [], unaccounted: [], contradictions: [] };
  for (const [iccid, times] of done) if (times > 1) verdict.twice.push(`${iccid}: ${times} times`);
  for (const { iccid, outcome, error } of results) {
    if (text.has(iccid)) verdict.unaccounted.push(`${iccid}: listed twice`);
    text.set(iccid, outcome);
    counts[outcome]++;
    if (error !== null) verdict.codes[error.code] = (verdict.codes[error.code] ?? 0) + 1;
    const isDone = done.has(iccid);
    if (outcome === 'UNKNOWN' && isDone) verdict.unknownDone++;
    const isRight =
      outcome === 'UNKNOWN' || (outcome === 'SUCCEEDED' ? isDone || isAlready.has(iccid) : !isDone);
    if (!isRight)
      verdict.contradictions.push(`${iccid}: ${outcome} ${error?.code ?? ''}, ${isDone ? '' : 'not '}done`);
  }
  for (const iccid of iccids) if (!text.has(iccid)) verdict.unaccounted.push(`${iccid}: not listed`);
  const asked = new Set(iccids);
  for (const iccid of new Set([...text.keys(), ...done.keys()]))
    if (!asked.has(iccid)) verdict.contradictions.push(`${iccid}: not in the target`);
  const { succeeded, failed, unknown, notSent } = operation;
  const said = { SUCCEEDED: succeeded, FAILED: failed, UNKNOWN: unknown, NOT_SENT: notSent };
  for (const outcome of outcomes)
    if (said[outcome] !== counts[outcome])
      verdict.unaccounted.push(`${outcome}: counted ${said[outcome]}, listed ${counts[outcome]}`);
  const sum = succeeded + failed + unknown + notSent;
  return { ...verdict, sum, isWhole: sum === iccids.length && operation.total === iccids.length };
}

/** A list as one table cell: its length and the first entries. */
const sampleOf = (list) => (list.length === 0 ? '0' : `${list.length} (${list.slice(0, 3).join('; ')})`);

const counted = (counts) =>
  Object.entries(counts)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');

/** The table rows of a verdict; `what` names the operation. */
export function verdictLines(what, operation, verdict) {
  const { counts, codes, sum, isWhole, unknownDone, twice, unaccounted, contradictions } = verdict;
  const { SUCCEEDED: succeeded, FAILED: failed, UNKNOWN: unknown, NOT_SENT: notSent } = counts;
  const why = Object.keys(codes).length > 0 ? ` (${counted(codes)})` : '';
  return [
    {
      what: `${what}: ${operation.total} SIMs by outcome on all pages of results; their sum; status at the end`,
      measured: `${succeeded} SUCCEEDED, ${failed} FAILED, ${unknown} UNKNOWN (${unknownDone} of them applied), ${notSent} NOT_SENT; ${sum}; ${operation.status}${why}`,
      holds: isWhole,
    },
    { what: `${what}: SIMs changed twice`, measured: sampleOf(twice), holds: twice.length === 0 },
    {
      what: `${what}: missing, duplicate or miscounted results; contradictions to the effects in the sandbox`,
      measured: `${sampleOf(unaccounted)}; ${sampleOf(contradictions)}`,
      holds: unaccounted.length === 0 && contradictions.length === 0,
    },
  ];
}

/** Count, median, 99th percentile and maximum of a list of numbers. */
export function spread(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { count: sorted.length, median: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? Number.NaN };
}
