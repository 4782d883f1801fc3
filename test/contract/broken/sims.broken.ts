import { type Broken, each, instead, named, struck } from './broken.ts';

let firstSims: unknown[] = [];

/** SIM APIs with deviating lists of SIMs. */
export const brokenSims: readonly Broken[] = [
  {
    what: 'omits SIMs from a list',
    arrange: async (world) =>
      world.addFaults({
        path: '/get_sims',
        kind: 'tamper',
        omit: (await world.sims()).map(({ iccid }) => iccid),
      }),
    fails: [
      'get-sims.comma-list',
      'get-sims.found-offset-total',
      'get-sims.order',
      'get-sims.repeated-keys',
      'get-sims.offset',
      'get-sims.leaves-out-unknown-sims',
      'get-sims.by-eid',
    ],
  },
  {
    what: 'adds foreign SIMs to a list',
    arrange: struck('/get_sims', { kind: 'tamper', foreign: true }),
    fails: [
      'get-sims.comma-list',
      'get-sims.found-offset-total',
      'get-sims.order',
      'get-sims.repeated-keys',
      'get-sims.offset',
      'get-sims.leaves-out-unknown-sims',
    ],
  },
  {
    what: 'returns SIMs twice',
    arrange: async (world) =>
      world.addFaults({
        path: '*',
        kind: 'tamper',
        duplicate: (await world.sims()).map(({ iccid }) => iccid),
      }),
    fails: [
      'get-account-sims.found-offset-total',
      'get-account-sims.pages-of-1000-at-most',
      'get-account-sims.reads-on-by-offset',
      'get-account-sims.no-sim-twice',
      'get-sims.found-offset-total',
      'get-sims.each-sim-once',
      'get-sims.order',
      'get-sims.offset',
      'get-group-sims.found-offset-total',
      'get-group-sims.pages-of-1000-at-most',
      'get-sim-costs.are-of-the-sims-asked-for',
      'get-account-alerts.found-offset-total',
      'get-account-alerts.pages-of-1000-at-most',
      'get-account-alerts.reads-on-by-offset',
      'get-sim-alerts.found-offset-total',
      'get-sim-alerts.pages-of-1000-at-most',
    ],
  },
  {
    what: 'refuses a list if one SIM does not exist',
    arrange: (world) => world.setBehaviour({ missingSims: 'refuse' }),
    fails: ['get-sims.leaves-out-unknown-sims', 'get-sims.url-of-7500-bytes', 'get-sims.1000-iccids'],
  },
  {
    what: 'has smaller pages',
    arrange: (world) => world.setBehaviour({ pageSize: 5 }),
    fails: [
      'get-account-sims.pages-of-1000-at-most',
      'get-group-sims.pages-of-1000-at-most',
      'get-sim-sessions.pages-of-1000-at-most',
      'get-account-alerts.pages-of-1000-at-most',
    ],
  },
  {
    what: 'has another order of the list of SIMs on each read',
    tamper: named('/get_account_sims', ({ json, before }) => {
      // Returns SIMs from the start of the list instead of its end.
      if (before === 0) firstSims = json.sims;
      if (before === 1) json.sims = firstSims.slice(0, json.sims.length);
    }),
    fails: ['get-account-sims.reads-on-by-offset'],
  },
  {
    what: 'starts again after the end of the list',
    tamper: named('/get_account_sims', ({ query, json }) => {
      if (Number(query.get('offset')) > 1000) json.sims.push({ iccid: '8937204016076059646' });
    }),
    fails: ['get-account-sims.past-the-end-is-empty'],
  },
  {
    what: 'has no list of SIMs',
    tamper: instead('/get_account_sims', { content: [], totalElements: 100 }),
    fails: [
      'get-account-sims.is-a-list',
      'get-account-sims.found-offset-total',
      'get-account-sims.pages-of-1000-at-most',
    ],
  },
  {
    what: 'accepts any number of SIMs, and none',
    tamper: (answer) => {
      if (answer.path.startsWith('/get_sim') && answer.status === 400)
        Object.assign(answer, { status: 200, json: { sims: [] } });
    },
    fails: [
      'get-sims.1001-iccids-are-e230',
      'get-sim.unknown-sim-is-e002',
      'get-sim.without-a-sim',
      'get-sim-cost.long-ago-is-e101',
      'sim.iccid-has-18-to-22-digits',
      'sim.has-a-state',
      'decoding.sim-readable',
      'decoding.sim-fields-known',
      'decoding.sim-cost-readable',
      'decoding.sim-cost-fields-known',
    ],
  },
  {
    what: 'answers with an HTML page',
    arrange: struck('/get_account_groups', { kind: 'html' }),
    fails: [
      'get-account-groups.is-a-list-of-texts',
      'get-account-groups.has-the-groups-of-the-sims',
      'decoding.answers-understood',
    ],
  },
  {
    what: 'has a group list without an array',
    tamper: instead('/get_group_sims', { sims: 'none' }),
    fails: [
      'get-group-sims.is-a-list',
      'get-group-sims.found-offset-total',
      'get-group-sims.pages-of-1000-at-most',
      'get-group-sims.are-of-the-group',
      'get-group-sims.unknown-group',
    ],
  },
  {
    what: 'returns SIMs of another group',
    tamper: each('/get_group_sims', 'sims', { group: 'another' }),
    fails: ['get-group-sims.are-of-the-group'],
  },
  {
    what: 'returns profiles as objects',
    tamper: instead('/get_available_profiles', [{ name: 'KPN NL' }]),
    fails: ['get-available-profiles.is-a-list-of-texts'],
  },
];
