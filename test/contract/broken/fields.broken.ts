import { type Broken, into, patched } from './broken.ts';

/** SIM APIs with deviating fields of SIMs. */
export const brokenFields: readonly Broken[] = [
  {
    what: 'has an unknown state',
    arrange: patched({ state: 'HIBERNATED' }),
    fails: ['sim.state-words-known', 'sim.state-and-status-agree'],
    remark: ['sim.state-words-known', 'unknown, on 1 of 100 SIMs: HIBERNATED'],
  },
  {
    what: 'has an unknown status',
    arrange: patched({ status: { primary: 'ON', secondary: 'PAUSED' } }),
    fails: ['sim.status-words-known', 'sim.state-and-status-agree'],
    remark: ['sim.status-words-known', 'unknown: PAUSED'],
  },
  {
    what: 'has a SIM without a state',
    arrange: patched({ $remove: ['state', 'status'] }),
    fails: ['sim.has-a-state'],
  },
  {
    what: 'shows the old state of a SIM in transition',
    arrange: patched({ state: 'OFFLINE', status: { primary: 'PENDING', secondary: 'LIVE' } }),
    fails: ['sim.state-and-status-agree', 'sim.pending-shows-the-target'],
  },
  {
    what: 'has a list where a text should be',
    arrange: patched({ msisdn: ['37255512345'] }),
    fails: ['decoding.sim-readable', 'decoding.sim-types'],
    remark: ['decoding.sim-readable', 'unreadable of 179: 0 whole objects; fields: msisdn (8)'],
  },
  {
    what: 'has digits where a number should be',
    arrange: patched({ data_limit: '100' }),
    fails: ['decoding.sim-types'],
    remark: ['decoding.sim-types', 'data_limit: string'],
  },
  {
    what: 'has an unknown field of a SIM',
    arrange: patched({ billing_class: 'gold' }),
    fails: ['decoding.sim-fields-known'],
    remark: ['decoding.sim-fields-known', 'billing_class (8)'],
  },
  {
    what: 'has an unknown field of the status',
    arrange: patched({ status: { primary: 'ON', secondary: 'LIVE', tertiary: 'x' } }),
    fails: ['decoding.sim-fields-known'],
    remark: ['decoding.sim-fields-known', 'status.tertiary (8)'],
  },
  {
    what: 'has dates instead of milliseconds',
    arrange: patched({ lastModifiedMillis: '2026-01-01T00:00:00Z' }),
    fails: ['decoding.sim-readable', 'decoding.sim-types'],
  },
  {
    what: 'has a SIM without an ICCID',
    arrange: patched({ $remove: ['iccid'] }),
    fails: ['sim.iccid-has-18-to-22-digits', 'decoding.sim-readable'],
  },
  {
    what: 'has a short EID',
    arrange: patched({ eid: '8904' }),
    fails: ['get-sims.by-eid', 'get-sim.by-eid', 'sim.eid-has-32-digits', 'decoding.sim-readable'],
  },
  {
    what: 'returns more fields of a SIM alone',
    tamper: into('/get_sim', { plan: 1 }),
    fails: ['get-sim.fields-as-in-lists', 'decoding.sim-fields-known'],
    remark: ['get-sim.fields-as-in-lists', 'in only one of them: plan'],
  },
];
