import fc from 'fast-check';

/**
 * All runs of the tests use the same random cases, so results are reproducible. FAST_CHECK_SEED selects other cases. Shrinking a
 * failure is limited to less time than a Jest test may take.
 */
fc.configureGlobal({
  seed: Number(process.env.FAST_CHECK_SEED ?? 4711),
  interruptAfterTimeLimit: 40_000,
});
