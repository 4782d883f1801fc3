import { describe, expect, test } from '@jest/globals';
import { availableActions, type SimAction, simActions } from '../../src/sim-api/index.ts';
import { decodeSim, type Sim } from '../../src/sim-api/wire/sim.wire.ts';

const settings = 'SET_NAME SET_GROUP SET_DATA_LIMIT SET_IMEI_LOCK';

/** Every form in which the SIM API shows a SIM that is not in transition, and its available actions. Repeated here on purpose. */
const table: [string | null, string | null, string | null, string][] = [
  ['LIVE', 'ON', 'LIVE', `DEACTIVATE SUSPEND RESET CLOSE SEND_SMS ${settings}`],
  ['LIVE', null, null, `DEACTIVATE SUSPEND RESET CLOSE SEND_SMS ${settings}`],
  [null, 'ON', 'LIVE', `DEACTIVATE SUSPEND RESET CLOSE SEND_SMS ${settings}`],
  ['TEST', 'ON', 'TEST', `ACTIVATE DEACTIVATE SUSPEND RESET CLOSE SEND_SMS ${settings}`],
  ['ACTIVE_READY', 'ON', 'ACTIVE_READY', `ACTIVATE DEACTIVATE SUSPEND TEST RESET CLOSE SEND_SMS ${settings}`],
  ['OFFLINE', 'ON', 'SUSPENDED', `ACTIVATE DEACTIVATE RESUME RESET CLOSE SEND_SMS ${settings}`],
  [null, 'ON', 'SUSPENDED', `ACTIVATE DEACTIVATE RESUME RESET CLOSE SEND_SMS ${settings}`],
  ['OFFLINE', 'OFF', null, `ACTIVATE TEST ACTIVE_READY CLOSE ${settings}`],
  ['SLEEP', 'OFF', null, `ACTIVATE TEST ACTIVE_READY CLOSE ${settings}`],
  ['OFFLINE', null, null, `ACTIVATE TEST ACTIVE_READY CLOSE ${settings}`],
  ['SHIPPING', 'OFF', null, `ACTIVATE TEST ACTIVE_READY CLOSE ${settings}`],
  ['CLOSED', 'DELETED', null, ''],
  ['HIBERNATING', 'ON', 'LIVE', ''],
  [null, null, null, ''],
];

function simIn(state: string | null, primary: string | null, secondary: string | null, eid?: string): Sim {
  const sim = decodeSim({
    iccid: '8937204999000002107',
    state,
    status: primary && { primary, secondary },
    eid,
  });
  if (sim === undefined) throw new Error('a SIM with an ICCID can be read');
  return sim;
}
const eid = '89049032007200888000000000000001';
const inOrder = (names: string): SimAction[] =>
  simActions.filter((action) => names.split(' ').includes(action));

describe('available actions', () => {
  test.each(table)('for state %s, status %s %s: %4$s', (state, primary, secondary, actions) => {
    expect(availableActions(simIn(state, primary, secondary))).toEqual(inOrder(actions));
  });

  test.each(table.filter(([, , , actions]) => actions !== ''))(
    'for an eUICC (%s, %s %s) include ESIM_PROFILE in addition',
    (state, primary, secondary, actions) => {
      expect(availableActions(simIn(state, primary, secondary, eid))).toEqual(
        inOrder(`${actions} ESIM_PROFILE`),
      );
    },
  );

  test.each(['CLOSED', 'HIBERNATING'])('are empty for an eUICC that is %s', (state) => {
    expect(availableActions(simIn(state, null, null, eid))).toEqual([]);
  });

  test.each(['LIVE', 'TEST', 'ACTIVE_READY', 'OFFLINE', 'SHIPPING', 'CLOSED'])(
    'are empty during a transition to %s',
    (state) => {
      for (const secondary of ['LIVE', 'TEST', 'ACTIVE_READY', 'SUSPENDED', 'OFF', 'DELETED', null])
        expect(availableActions(simIn(state, 'PENDING', secondary, eid))).toEqual([]);
    },
  );
});
