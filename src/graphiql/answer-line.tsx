import { pick, useGraphiQL } from '@graphiql/react';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { type Answered, type Outcome, subscribe } from './outcome.ts';
import { currentQuestion, subscribe as subscribeToQuestion } from './question.ts';

/** The line below the answer of a tab: its HTTP status, time, size, calls of the SIM API and number of errors. */
export function AnswerLine(): ReactNode {
  const { tabs, activeTabIndex, isFetching, queryId } = useGraphiQL(
    pick('tabs', 'activeTabIndex', 'isFetching', 'queryId'),
  );
  const tab = tabs[activeTabIndex];
  const [outcomes, setOutcomes] = useState<Readonly<Record<string, Outcome | undefined>>>({});
  const id = tab?.id ?? '';
  useEffect(() => subscribe((outcome) => setOutcomes((known) => ({ ...known, [id]: outcome }))), [id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each run, and no change of the tab, removes the outcome of the previous run
  useEffect(() => setOutcomes((known) => ({ ...known, [id]: undefined })), [queryId]);
  const outcome = outcomes[id];
  const isAsking = useSyncExternalStore(subscribeToQuestion, currentQuestion) !== null;
  return (
    <div className="answer-line" role="status">
      {isFetching && (isAsking ? 'Waiting for your confirmation…' : 'Waiting for the answer…')}
      {!isFetching && outcome !== undefined && tab?.response !== null && <Summary outcome={outcome} />}
    </div>
  );
}

function Summary({ outcome }: { readonly outcome: Outcome }): ReactNode {
  if (outcome.kind === 'not-sent') return <strong>Not sent</strong>;
  if (outcome.kind === 'answered') return <Measures answered={outcome} />;
  return (
    <>
      <strong data-failed={!outcome.isStopped}>No answer</strong>
      <span>{`${outcome.isStopped ? 'stopped after' : 'failed after'} ${duration(outcome.durationMs)}`}</span>
    </>
  );
}

function Measures({ answered }: { readonly answered: Answered }): ReactNode {
  const { status, durationMs, bytes, errors, cost } = answered;
  return (
    <>
      <strong data-failed={!status.startsWith('2')}>{status}</strong>
      {errors > 0 && <strong data-failed={true}>{counted(errors, 'error')}</strong>}
      <span>{duration(durationMs)}</span>
      <span>{size(bytes)}</span>
      {cost !== undefined && (
        <span title="Shared calls were made for another request that needed the same data at the same time.">
          {counted(cost.upstreamCalls, 'SIM API call')}
          {cost.sharedCalls > 0 && ` (${cost.sharedCalls} shared)`}
        </span>
      )}
    </>
  );
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

const duration = (ms: number) => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);

function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
