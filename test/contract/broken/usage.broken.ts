import { type Broken, each, instead, into, named, struck } from './broken.ts';

/** SIM APIs with deviating costs, sessions, alerts and diagnostics. */
export const brokenUsage: readonly Broken[] = [
  {
    what: 'adds foreign SIMs to the costs',
    arrange: struck('/get_sim_costs', { kind: 'tamper', foreign: true }),
    fails: ['get-sim-costs.are-of-the-sims-asked-for'],
  },
  {
    what: 'sends broken JSON',
    arrange: struck('/get_sim_costs', { kind: 'garbage' }),
    fails: [
      'get-sim-costs.are-of-the-sims-asked-for',
      'get-sim-costs.of-the-month-asked',
      'get-sim-costs.agree-with-get-sim-cost',
      'get-sim-costs.without-history',
      'decoding.answers-understood',
    ],
  },
  {
    what: 'has costs without bytes',
    tamper: into('/get_sim_cost', { data_used: null }),
    fails: [
      'get-sim-cost.tells-of-use',
      'get-sim-costs.agree-with-get-sim-cost',
      'decoding.sim-cost-readable',
    ],
  },
  {
    what: 'has costs of another month',
    tamper: into('/get_sim_cost', { month: 13, odd: 1 }),
    fails: [
      'get-sim-cost.of-the-month-asked',
      'get-sim-cost.default-is-this-month',
      'decoding.sim-cost-fields-known',
    ],
  },
  {
    what: 'has costs as texts',
    tamper: named('/get_sim_costs', ({ json }) => {
      for (const cost of json) Object.assign(cost, { data_cost: 'EUR 1', month: '1', net: 1 });
    }),
    fails: [
      'get-sim-costs.of-the-month-asked',
      'decoding.sim-cost-readable',
      'decoding.sim-cost-types',
      'decoding.sim-cost-fields-known',
    ],
  },
  {
    what: 'has a cost history of every month',
    tamper: (answer) => {
      const history = {
        iccid: answer.query.get('iccid')?.split(',')[0],
        data_used: 0,
        data_cost: 0,
        currency: 'EUR',
        month: 1,
        year: 2001,
      };
      if (answer.query.get('year') === '2001') {
        answer.status = 200;
        answer.json = answer.path === '/get_sim_costs' ? [history] : history;
      }
    },
    fails: [
      'get-account-balance.long-ago-is-e102',
      'get-sim-cost.long-ago-is-e101',
      'get-sim-costs.without-history',
    ],
  },
  {
    what: 'has a balance of another shape',
    tamper: into('/get_account_balance', { data_used: '1', currency: ['EUR'], vat: 1 }),
    fails: [
      'get-account-balance.tells-of-use',
      'decoding.account-balance-readable',
      'decoding.account-balance-types',
      'decoding.account-balance-fields-known',
    ],
  },
  {
    what: 'has sessions of another shape',
    tamper: each('/get_sim_sessions', 'sessions', { start_time: 'today', roaming: true }),
    fails: ['decoding.session-readable', 'decoding.session-types', 'decoding.session-fields-known'],
  },
  {
    what: 'has sessions outside from and to',
    tamper: each('/get_sim_sessions', 'sessions', { start_time: 1e12 }),
    fails: ['get-sim-sessions.within-from-and-to'],
  },
  {
    what: 'has sessions in another order',
    tamper: named('/get_sim_sessions', ({ json }) => json.sessions.reverse()),
    fails: ['get-sim-sessions.order'],
    remark: ['get-sim-sessions.order', 'oldest first'],
  },
  {
    what: 'has a wrong from, to and offset of sessions',
    tamper: into('/get_sim_sessions', { from: 0, to: 0, offset: 5 }),
    fails: ['get-sim-sessions.found-offset-total', 'get-sim-sessions.default-is-this-month'],
  },
  {
    what: 'has no list of sessions',
    tamper: instead('/get_sim_sessions', { sessions: { 0: {} } }),
    fails: [
      'get-sim-sessions.is-a-list',
      'get-sim-sessions.found-offset-total',
      'get-sim-sessions.pages-of-1000-at-most',
      'get-sim-sessions.reads-on-by-offset',
      'get-sim-sessions.within-from-and-to',
      'get-sim-sessions.default-is-this-month',
      'get-sim-sessions.order',
    ],
  },
  {
    what: 'omits a session from the page at an offset',
    tamper: named(
      '/get_sim_sessions',
      ({ query, json }) => Number(query.get('offset')) && json.sessions.pop(),
    ),
    fails: ['get-sim-sessions.reads-on-by-offset'],
  },
  {
    what: 'has alerts of another shape',
    tamper: each('/get_account_alerts', 'alerts', { is_read: 'yes', trigger: 'IMEI_CHANGED', level: 1 }),
    fails: [
      'alerts.triggers',
      'decoding.alert-readable',
      'decoding.alert-types',
      'decoding.alert-fields-known',
    ],
  },
  {
    what: 'has alerts oldest first',
    tamper: named('/get_account_alerts', ({ json }) => json.alerts.reverse()),
    fails: ['get-account-alerts.order'],
  },
  {
    what: 'has texts instead of alerts',
    tamper: named('/get_account_alerts', ({ json }) => json.alerts.fill('IMEI changed')),
    fails: ['get-account-alerts.is-a-list', 'decoding.alert-readable'],
  },
  {
    what: 'has texts instead of the alerts of a SIM',
    tamper: named('/get_sim_alerts', ({ json }) => json.alerts.fill('IMEI changed')),
    fails: ['get-sim-alerts.is-a-list', 'decoding.alert-readable'],
  },
  {
    what: 'marks alerts as read when they are read',
    tamper: named('/get_account_alerts', ({ json, before }) => {
      if (before > 1) for (const alert of json.alerts) alert.is_read = true;
    }),
    fails: ['alerts.stay-unread'],
  },
  {
    what: 'ignores the flags',
    tamper: named('/get_account_alerts', ({ json }) => {
      for (const alert of json.alerts) alert.is_read = alert.id % 2 === 0;
    }),
    fails: ['alerts.flag-unread', 'alerts.flag-only-unread'],
  },
  {
    what: 'has alerts of other SIMs',
    tamper: each('/get_sim_alerts', 'alerts', { iccid: '8937204016076059646' }),
    fails: ['get-sim-alerts.are-of-the-sim'],
  },
  {
    what: 'has no list of group alerts',
    tamper: instead('/get_group_alerts', { alerts: null }),
    fails: [
      'get-group-alerts.is-a-list',
      'get-group-alerts.found-offset-total',
      'get-group-alerts.pages-of-1000-at-most',
    ],
  },
  {
    what: 'has wrong counts of group alerts',
    tamper: into('/get_group_alerts', { found: -1, total: '9' }),
    fails: ['get-group-alerts.found-offset-total'],
  },
  {
    what: 'has a wrong total of group alerts',
    tamper: into('/get_group_alerts', { total: 5000 }),
    fails: ['get-group-alerts.pages-of-1000-at-most'],
  },
  {
    what: 'has diagnostics of another shape',
    tamper: into('/diagnostics', { imei: ['35'], latitude: '59', battery: 5 }),
    fails: [
      'decoding.diagnostics-readable',
      'decoding.diagnostics-types',
      'decoding.diagnostics-fields-known',
    ],
  },
];
