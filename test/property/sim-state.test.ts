import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasReached, type StateAction } from '../../src/sim-api/actions/state.ts';
import { legacyPrimaries, legacySecondaries, readState, simStates } from '../../src/sim-api/sim-state.ts';
import '../support/fixed-seed.ts';

/** docs/sim-api.md "Status and state", row by row: primary, secondary, the state they mean, and whether the SIM is in transition. */
const pairs: readonly [string, string | null, string, boolean][] = [
  ['ON', 'LIVE', 'LIVE', false],
  ['ON', 'TEST', 'TEST', false],
  ['ON', 'ACTIVE_READY', 'ACTIVE_READY', false],
  ['ON', 'SUSPENDED', 'OFFLINE', false],
  ['OFF', null, 'OFFLINE', false],
  ['DELETED', null, 'CLOSED', false],
  ['PENDING', 'OFF', 'OFFLINE', true],
  ['PENDING', 'LIVE', 'LIVE', true],
  ['PENDING', 'TEST', 'TEST', true],
  ['PENDING', 'ACTIVE_READY', 'ACTIVE_READY', true],
  ['PENDING', 'DELETED', 'CLOSED', true],
  ['PENDING', 'SUSPENDED', 'OFFLINE', true],
];

const knownStates = ['LIVE', 'TEST', 'ACTIVE_READY', 'OFFLINE', 'SHIPPING', 'CLOSED'];
const knownWords = [...knownStates, 'SLEEP', 'ON', 'OFF', 'PENDING', 'DELETED', 'SUSPENDED'];
const oddWords = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'live', ' LIVE', 'LIVE\n', 'UNKNOWN', 'null'),
);
const word = fc.oneof(fc.constantFrom(...knownWords), oddWords);
const maybe = fc.option(word, { nil: null });

describe('the state of a SIM', () => {
  test.each(pairs)(
    '%s %s without a state is %s, in transition: %p',
    (primary, secondary, state, underWay) => {
      expect(readState(null, primary, secondary)).toMatchObject({
        state,
        isTransitioning: underWay,
        pendingState: underWay ? state : null,
        rawState: secondary === null ? primary : `${primary} ${secondary}`,
      });
    },
  );

  test('is UNKNOWN for every other pair of known words, except that OFF and DELETED need no secondary', () => {
    const primaries = ['ON', 'OFF', 'PENDING', 'DELETED'];
    const secondaries = ['LIVE', 'TEST', 'ACTIVE_READY', 'SUSPENDED', 'OFF', 'DELETED', null];
    for (const primary of primaries) {
      for (const secondary of secondaries) {
        if (pairs.some(([first, second]) => first === primary && second === secondary)) continue;
        const alone = pairs.find(([first, second]) => first === primary && second === null);
        expect([primary, secondary, readState(null, primary, secondary).state]).toEqual([
          primary,
          secondary,
          alone?.[2] ?? 'UNKNOWN',
        ]);
      }
    }
  });

  test('is the value of `state`, if present; the status pair only shows whether the SIM is in transition', () => {
    fc.assert(
      fc.property(fc.constantFrom(...knownStates), maybe, maybe, (state, primary, secondary) => {
        expect(readState(state, primary, secondary)).toMatchObject({
          state,
          rawState: state,
          isTransitioning: primary === 'PENDING',
          pendingState: primary === 'PENDING' ? state : null,
        });
      }),
    );
  });

  test('is OFFLINE for SLEEP, a word of an older edition of the SIM API documentation', () => {
    expect(readState('SLEEP', 'ON', 'SUSPENDED')).toMatchObject({ state: 'OFFLINE', rawState: 'SLEEP' });
  });

  test('is UNKNOWN for any unknown word, which rawState contains', () => {
    const unheardOf = oddWords.filter((text) => !knownWords.includes(text));
    fc.assert(
      fc.property(unheardOf, maybe, maybe, (state, primary, secondary) => {
        expect(readState(state, primary, secondary)).toMatchObject({ state: 'UNKNOWN', rawState: state });
      }),
    );
    fc.assert(
      fc.property(unheardOf, maybe, (primary, secondary) => {
        const reading = readState(null, primary, secondary);
        expect(reading).toMatchObject({ state: 'UNKNOWN', isTransitioning: false });
        expect(reading.rawState).toContain(primary);
        expect(reading.legacyStatus?.primary).toBe('UNKNOWN');
      }),
    );
  });

  test('is always a value of the schema, with a pendingState exactly during a transition, for any input', () => {
    fc.assert(
      fc.property(maybe, maybe, maybe, (state, primary, secondary) => {
        const reading = readState(state, primary, secondary);
        expect(simStates).toContain(reading.state);
        expect(reading.pendingState).toBe(reading.isTransitioning ? reading.state : null);
        expect(reading.legacyStatus === null).toBe(primary === null);
        if (reading.legacyStatus === null) return;
        expect(legacyPrimaries).toContain(reading.legacyStatus.primary);
        expect([...legacySecondaries, null]).toContain(reading.legacyStatus.secondary);
      }),
    );
  });
});

describe('whether a SIM has reached the state of an action', () => {
  /** State and status of a SIM, and the actions whose state it has reached. */
  const reached: readonly [string | null, string | null, string | null, StateAction[]][] = [
    ['LIVE', 'ON', 'LIVE', ['ACTIVATE', 'RESUME']],
    ['LIVE', 'PENDING', 'LIVE', ['ACTIVATE', 'RESUME']],
    ['TEST', 'ON', 'TEST', ['TEST']],
    ['ACTIVE_READY', 'PENDING', 'ACTIVE_READY', ['ACTIVE_READY']],
    ['OFFLINE', 'OFF', null, ['DEACTIVATE']],
    ['OFFLINE', 'PENDING', 'OFF', ['DEACTIVATE']],
    ['OFFLINE', 'ON', 'SUSPENDED', ['SUSPEND']],
    ['OFFLINE', 'PENDING', 'SUSPENDED', ['SUSPEND']],
    ['OFFLINE', null, null, ['DEACTIVATE', 'SUSPEND']],
    ['SHIPPING', 'OFF', null, []],
    ['CLOSED', 'DELETED', null, ['CLOSE']],
    [null, 'PENDING', 'DELETED', ['CLOSE']],
    ['HIBERNATING', 'ON', 'LIVE', []],
    [null, null, null, []],
  ];
  const actions: StateAction[] = [
    'ACTIVATE',
    'DEACTIVATE',
    'SUSPEND',
    'RESUME',
    'TEST',
    'ACTIVE_READY',
    'CLOSE',
  ];

  test.each(reached)('%s, %s %s: %j', (state, primary, secondary, expected) => {
    const reading = readState(state, primary, secondary);
    expect(actions.filter((action) => hasReached(reading, action)).sort()).toEqual([...expected].sort());
  });
});
