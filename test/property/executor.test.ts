import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ExecutionResult, execute, GraphQLError, parse } from 'graphql';
import { Documents } from '../../src/gateway/execution/documents.ts';
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

const conditional = parse(`query Q($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Boolean!, $e: Boolean!) {
  text @skip(if: $a)
  float @include(if: $b)
  first @skip(if: $c) { text @include(if: $d) plainText plainNumber @skip(if: $e) }
  boolean @skip(if: $d)
  color @include(if: $e)
}`);
/** All values of its variables. */
const combinations = Array.from({ length: 32 }, (_, bits) =>
  Object.fromEntries([...'abcde'].map((name, index) => [name, ((bits >> index) & 1) === 1])),
);

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

  test('answers as graphql-js does for more combinations of conditions than it stores plans for', async () => {
    const run = createExecutor(scenarioSchema);
    for (const variableValues of combinations) {
      const [one, other] = [new Scenario(1, 0, Infinity), new Scenario(1, 0, Infinity)] as const;
      const args = { document: conditional, operationName: 'Q', variableValues };
      expect(await outcomeOf(run, args, one)).toEqual(await outcomeOf(reference, args, other));
    }
  });

  test('forgets no other plan for combinations of conditions that it does not store', () => {
    const documents = new Documents(scenarioSchema, 200);
    const other = parse('query Q { plainText }');
    const before = documents.find(other, 'Q');
    const plan = before?.planFor({});
    for (let time = 0; time < 20; time++)
      for (const variables of combinations) documents.find(conditional, 'Q')?.planFor(variables);
    expect(documents.find(other, 'Q')).toBe(before);
    expect(before?.planFor({})).toBe(plan);
  });

  test('reads a condition from a variable with the name of the prototype', async () => {
    const document = parse('query Q($__proto__: Boolean!) { id plainText @skip(if: $__proto__) }');
    const run = createExecutor(scenarioSchema);
    for (const text of ['{"__proto__": true}', '{"__proto__": false}', '{"__proto__": null}', '{}']) {
      const args = { document, operationName: 'Q', variableValues: JSON.parse(text) };
      const [one, other] = [new Scenario(1, 0, Infinity), new Scenario(1, 0, Infinity)] as const;
      const rootOfBoth = { id: 1, plainText: 'text' };
      const expected = await outcomeOf(reference, { ...args, rootValue: rootOfBoth }, one);
      expect(await outcomeOf(run, { ...args, rootValue: rootOfBoth }, other)).toEqual(expected);
    }
  });
});
