import type { Fetcher, FetcherParams } from '@graphiql/toolkit';
import { type ExecutionResult, Kind, parse } from 'graphql';
import { changeOf } from './changes.ts';
import { authorizationOf, currentKey, loadViewer, readEnvironment, reportRefusal } from './credential.ts';
import { type Answered, type Outcome, reportOutcome } from './outcome.ts';
import { type Exchange, isUnauthenticated, post, problem } from './post.ts';
import { confirmChange } from './question.ts';

/** Name of the query by which GraphiQL loads the schema. */
const schemaQuery = 'IntrospectionQuery';

/** Returns an iterable of one answer instead of a promise, so that stopping an operation also aborts its request. */
export const fetcher: Fetcher = (params, options) => {
  const abort = new AbortController();
  const report = params.operationName === schemaQuery ? () => undefined : reportOutcome;
  let startedAt: number | undefined;
  let isAnswered = false;
  let isSent = false;
  const onSend = () => {
    isSent = true;
  };
  const iterator: AsyncIterator<ExecutionResult> = {
    async next() {
      if (startedAt !== undefined) return { done: true, value: undefined };
      startedAt = performance.now();
      const exchange = await ask(params, options?.headers ?? {}, abort.signal, onSend);
      if (abort.signal.aborted) return { done: true, value: undefined };
      isAnswered = true;
      if (exchange === null) {
        report({ kind: 'not-sent' });
        return { done: false, value: problem('Not sent: you canceled the mutation.') };
      }
      report(outcomeOf(exchange));
      return { done: false, value: exchange.answer };
    },
    async return() {
      if (startedAt !== undefined && !isAnswered)
        report(
          isSent
            ? { kind: 'unanswered', durationMs: performance.now() - startedAt, isStopped: true }
            : { kind: 'not-sent' },
        );
      abort.abort();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
};

function outcomeOf({ answer, status, durationMs, bytes }: Exchange): Outcome {
  if (status === null) return { kind: 'unanswered', durationMs, isStopped: false };
  const { cost } = (answer.extensions ?? {}) as Partial<Pick<Answered, 'cost'>>;
  return { kind: 'answered', status, durationMs, bytes, errors: answer.errors?.length ?? 0, cost };
}

/** Sends an operation with the page's key, unless the headers editor has an authorization. Null if the user declines or stops a mutation before it is sent. */
async function ask(
  params: FetcherParams,
  headers: Record<string, string>,
  signal: AbortSignal,
  onSend: () => void,
): Promise<Exchange | null> {
  const body = { ...params, operationName: nameIn(params) };
  const hasOwnAuthorization = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  const key = currentKey();
  const sent = hasOwnAuthorization ? headers : { ...headers, ...authorizationOf(key) };
  const change = changeOf(body);
  if (change !== null) {
    const environment = await readEnvironment(sent, signal);
    if (signal.aborted) return null;
    if (environment !== 'SANDBOX' && !(await confirmChange({ change, environment }, signal))) return null;
  }
  onSend();
  const exchange = await post(body, sent, signal);
  if (hasOwnAuthorization) return exchange;
  if (isUnauthenticated(exchange.answer)) reportRefusal(key);
  // After the start, only if the gateway could not answer then.
  else void loadViewer();
  return exchange;
}

/**
 * The operation's name, if the query contains that operation. GraphiQL updates the name with a delay after the query: a user who
 * switches tabs and runs at once would request the operation of the previous tab.
 */
function nameIn({ query, operationName }: FetcherParams): string | undefined {
  try {
    const named = parse(query).definitions.find(
      (definition) =>
        definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value === operationName,
    );
    return named === undefined ? undefined : (operationName ?? undefined);
  } catch {
    // The gateway reports syntax errors.
    return undefined;
  }
}
