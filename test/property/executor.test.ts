import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ExecutionResult, execute, GraphQLError, parse } from 'graphql';
import { createExecutor, type Executor, type ExecutorArgs } from '../../src/gateway/execution/executor.ts';
import { documentText, variables } from '../support/executor/documents.ts';
import { Scenario } from '../support/executor/scenario.ts';
import { rootOf, scenarioSchema } from '../support/executor/schema.ts';
import '../support/fixed-seed.ts';

/** By default a few seconds; the setting is for long runs. */
const numRuns = Number(process.env.EXECUTOR_RUNS ?? 400);

/** Everything of a result that a client or Apollo Server could notice. */
function visibleIn(result: ExecutionResult) {
  return {
    keys: Object.keys(result),
    data: 'data' in result ? JSON.stringify(result.data) : 'none',
    errors: result.errors?.map((error) => ({
      isGraphqlError: error instanceof GraphQLError,
      text: JSON.stringify(error),
      original: String(error.originalError),
      nodes: error.nodes?.map(({ kind, loc }) => [kind, loc?.start]),
    })),
  };
}

async function outcomeOf(executor: Executor, args: Omit<ExecutorArgs, 'contextValue'>, scenario: Scenario) {
  const { calls } = scenario;
  try {
    const result = executor({ ...args, contextValue: scenario });
    const isAsync = result instanceof Promise;
    const response = await result;
    // Below a position that is null already, resolvers may still run: one turn of the event loop for each level of a document.
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    // An error that is reported late would be in the same list.
    return { isAsync, ...visibleIn(response), calls };
  } catch (error) {
    return { data: 'thrown', errors: String(error), calls };
  }
}

const reference: Executor = (args) =>
  execute({ schema: scenarioSchema, ...args }) as ExecutionResult | Promise<ExecutionResult>;

/**
 * Runs graphql-js without its unhandled rejections: it leaves one if an item of a list of non-null items fails while an earlier item is a
 * promise that will reject. Jest counts one as a failure of the test, which the executor must not cause.
 */
async function withoutUnhandled<T>(run: () => Promise<T>): Promise<T> {
  const original = Promise.prototype.then;
  const set = (value: unknown) => Reflect.set(Promise.prototype, 'then', value);
  set(function then(this: Promise<unknown>, ...handlers: unknown[]) {
    const derived = original.apply(this, handlers as never);
    original.call(derived, undefined, () => undefined);
    return derived;
  });
  try {
    return await run();
  } finally {
    set(original);
  }
}

const given = fc.record({
  seed: fc.nat(),
  failures: fc.constantFrom(0, 2, 8, 30),
  cancelledAfter: fc.oneof({ weight: 4, arbitrary: fc.constant(Infinity) }, fc.nat(20)),
  variableValues: variables,
  hasRoot: fc.boolean(),
});

describe('the executor', () => {
  test('answers as graphql-js does, calls the same resolvers in the same order, and reports the same errors', async () => {
    const seen = { documents: 0, data: 0, errors: 0, nulled: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        documentText,
        fc.array(given, { minLength: 1, maxLength: 3 }),
        async ({ text, operationName }, runs) => {
          const document = parse(text);
          // A few plans only, so that some documents lose theirs while they run.
          const run: Executor = createExecutor(scenarioSchema, { maxPlannedFields: 60 });
          seen.documents++;
          for (const { seed, failures, cancelledAfter, variableValues, hasRoot } of runs) {
            const args = (scenario: Scenario) => ({
              document,
              operationName,
              variableValues,
              rootValue: hasRoot ? rootOf(scenario) : undefined,
            });
            const [one, other] = [0, 1].map(() => new Scenario(seed, failures, cancelledAfter)) as [
              Scenario,
              Scenario,
            ];
            const expected = await withoutUnhandled(() => outcomeOf(reference, args(one), one));
            expect(await outcomeOf(run, args(other), other)).toEqual(expected);
            const { data, errors } = expected;
            if (data === 'none') seen.refused++;
            else if (data === 'null') seen.nulled++;
            else if (errors !== undefined) seen.errors++;
            else seen.data++;
          }
        },
      ),
      // All of them: by default a property ends early on a slow machine.
      { numRuns, interruptAfterTimeLimit: 3_600_000 },
    );
    if (process.env.EXECUTOR_RUNS !== undefined) process.stdout.write(`${JSON.stringify(seen)}\n`);
    // Each kind of outcome occurs.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(numRuns / 100);
  });
});
