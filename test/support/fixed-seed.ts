import fc from 'fast-check';

/**
 * Every run of the tests tries the same cases: one that fails today fails tomorrow, and one that passes goes on to pass. FAST_CHECK_SEED tries
 * others. A failure is shrunk for less time than jest gives a test.
 */
fc.configureGlobal({
  seed: Number(process.env.FAST_CHECK_SEED ?? 4711),
  interruptAfterTimeLimit: 40_000,
});
