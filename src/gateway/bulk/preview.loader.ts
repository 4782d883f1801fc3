import type { Cancellation } from '../../base/cancellation.ts';
import type { Clock } from '../../base/clock.ts';
import {
  ChangeTally,
  chunkSizeFor,
  enumerationCalls,
  isCountedLater,
  longerRef,
  namesCheck,
  totalCheck,
} from '../../bulk/index.ts';
import { GatewayError } from '../../errors/index.ts';
import {
  type FleetScope,
  type FleetStore,
  requireComplete,
  requireIndex,
  scopeOfChange,
} from '../../fleet-index/index.ts';
import { type Change, dependsOn, type SimApi } from '../../sim-api/index.ts';
import type { StartBulkOperationInput } from './bulk.args.ts';
import { changeOf, expectedCountOf } from './bulk-change.ts';
import { checkMatches, firstGroupPage, namedBy } from './bulk-target.ts';
import type { CallBudget } from './call-budget.ts';
import type { ChangePreview } from './preview.type.ts';
import type { PreviewQueue } from './preview-queue.ts';
import { tallyRefs } from './preview-refs.ts';

/** Previews bulk operations, for one request. */
export interface PreviewLoader {
  /**
   * Counts what an operation would do. Errors: those of `BulkActions.start` that come before anything is recorded; QUERY_TOO_COMPLEX if
   * reading the SIMs takes too many calls; OVERLOADED if too many previews wait.
   */
  of(input: StartBulkOperationInput): Promise<ChangePreview>;
}

export interface PreviewSource {
  readonly simApi: SimApi;
  /** Null if this gateway keeps no index. */
  readonly index: FleetStore | null;
  readonly tenant: string;
  readonly budget: CallBudget;
  /** Shared by all requests. */
  readonly queue: PreviewQueue;
  readonly cancellation: Cancellation | undefined;
  readonly clock: Clock;
}

/** Creates the previews of one request. Its calls of the SIM API are only reads. */
export function createPreviewLoader(source: PreviewSource): PreviewLoader {
  const { simApi, index, tenant, budget, queue, cancellation, clock } = source;

  /** The SIMs of a scope, from the index. `check` gets their number. */
  async function ofScope(scope: FleetScope, change: Change, check: (total: number) => void) {
    const { asOf } = await requireComplete(index, tenant, scope.filter, clock);
    const tally = new ChangeTally(change);
    let maxLengthIccid = '';
    await requireIndex(index).tally({
      scope,
      fields: dependsOn(change),
      chunkSizeFor(total, digits) {
        check(total);
        maxLengthIccid = '0'.repeat(digits);
        return chunkSizeFor(simApi, change, maxLengthIccid);
      },
      add({ chunk, sim, count }) {
        tally.addKeys(chunk, 'iccid', count);
        tally.addSims(chunk, sim, count);
      },
    });
    return shown(tally, tally.chunkCalls(simApi, { maxLengthIccid, isCountedFirst: false }), asOf);
  }

  async function ofGroup(group: string, change: Change, expectedCount: number | null) {
    const asOf = clock.now();
    const first = await firstGroupPage(simApi, group);
    throwIf(totalCheck(expectedCount)(first.total));
    // The start counts the SIMs with one call, before the list is read.
    const listCalls = 1 + enumerationCalls(first.total, Math.max(1, first.sent));
    if (!first.isLast && (await isComplete())) {
      const preview = await ofScope({ tenant, group, filter: null }, change, () => undefined);
      // Otherwise SIMs have moved since the index was synced, or the list has SIMs without a valid ICCID.
      if (preview.total === first.total)
        return { ...preview, upstreamCalls: preview.upstreamCalls + listCalls };
    }
    budget.require(Math.ceil(first.total / Math.max(1, first.sent)) - 1);
    const tally = new ChangeTally(change);
    const sims = new Map(first.items.map((sim) => [sim.iccid, sim]));
    let unreadable = first.unreadable.length;
    for (let page = first; !page.isLast; ) {
      budget.require(1);
      page = await simApi.sims.groupPage(group, page.offset + page.sent);
      for (const sim of page.items) sims.set(sim.iccid, sim);
      unreadable += page.unreadable.length;
    }
    const maxLengthIccid = longerRef([...sims.keys()]);
    const chunkSize = chunkSizeFor(simApi, change, maxLengthIccid);
    for (const [position, sim] of [...sims.values()].entries()) {
      const chunk = Math.floor(position / chunkSize);
      tally.addKeys(chunk, 'iccid', 1);
      tally.addSims(chunk, sim, 1);
    }
    tally.addUnreadable(unreadable, new GatewayError('UPSTREAM_UNAVAILABLE'));
    const calls = tally.chunkCalls(simApi, { maxLengthIccid, isCountedFirst: false });
    return shown(tally, listCalls + calls, asOf);
  }

  async function ofRefs(refs: readonly string[], change: Change, expectedCount: number | null) {
    throwIf(namesCheck(expectedCount, refs));
    const readAt = clock.now();
    const state = index === null ? null : await index.state(tenant);
    const known = state?.isComplete ? index : null;
    const { tally, maxLengthIccid, sims } = await tallyRefs({ ...source, index: known }, change, refs);
    const isCountedFirst = isCountedLater(expectedCount, refs);
    if (isCountedFirst) throwIf(totalCheck(expectedCount)(sims));
    const calls = tally.chunkCalls(simApi, { maxLengthIccid, isCountedFirst });
    return shown(tally, calls, known === null ? readAt : (state?.asOf ?? readAt));
  }

  async function isComplete(): Promise<boolean> {
    return index !== null && (await index.state(tenant))?.isComplete === true;
  }

  return {
    async of(input) {
      const change = changeOf(input);
      return queue.run(() => previewOf(change, input), cancellation);
    },
  };

  async function previewOf(change: Change, input: StartBulkOperationInput): Promise<ChangePreview> {
    const named = await namedBy(input.target);
    const expectedCount = expectedCountOf(input);
    if ('refs' in named) return ofRefs(named.refs, change, expectedCount);
    if ('group' in named) return ofGroup(named.group, change, expectedCount);
    return ofScope(scopeOfChange(tenant, named.filter, clock), change, (total) => {
      checkMatches(total);
      throwIf(totalCheck(expectedCount)(total));
    });
  }
}

function shown(tally: ChangeTally, upstreamCalls: number, asOf: Date): ChangePreview {
  const { total, alreadyApplied, refusedCount: refused, refusals, toSend, likelyRefused } = tally;
  return { total, alreadyApplied, refused, refusals, toSend, likelyRefused, upstreamCalls, asOf };
}

function throwIf(error: GatewayError | null): void {
  if (error !== null) throw error;
}
