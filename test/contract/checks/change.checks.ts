import type { Check, Level } from '../check.ts';
import { notChecked } from '../ended.ts';
import { sentence } from '../shown.ts';

/** A check that would need a change, so it is never made. */
function change(id: string, level: Level, source: string, title: string): Check {
  return {
    id,
    level,
    source,
    title,
    run: async () => notChecked(sentence`it would take a change, and the suite only reads`),
  };
}

const sources = {
  call: 'Changes [C]',
  inferred: 'Changes [I]',
  disagreed: 'Changes [C≠]',
  code: 'Error codes [S]',
};

/** Statements that no read can verify. The report lists them as not checked. */
export const changeChecks: readonly Check[] = [
  change('put.activate', 'MUST', sources.call, 'PUT /activate leads to LIVE'),
  change('put.deactivate', 'MUST', sources.call, 'PUT /deactivate leads to OFFLINE'),
  change(
    'put.suspend-and-resume',
    'MUST',
    sources.call,
    'PUT /suspend and /resume turn the data service off and on',
  ),
  change('put.test', 'MUST', sources.call, 'PUT /test leads to TEST'),
  change('put.active-ready', 'MAY', sources.inferred, 'PUT /active_ready leads to ACTIVE_READY'),
  change('put.close', 'MUST', sources.call, 'PUT /close leads to CLOSED permanently'),
  change('put.reset', 'MUST', sources.call, 'PUT /reset connects a SIM to the network again'),
  change('put.set-name', 'MUST', sources.call, 'PUT /set_name sets the name'),
  change('put.set-group', 'MUST', sources.call, 'PUT /set_group sets the group'),
  change('put.set-data-limit', 'MUST', sources.call, 'PUT /set_data_limit sets the limit in megabytes'),
  change('put.set-data-limit-0', 'MAY', sources.inferred, 'PUT /set_data_limit with limit=0 lifts the limit'),
  change(
    'put.set-imei-lock',
    'MAY',
    sources.inferred,
    'PUT /set_imei_lock with lock=true or false sets the IMEI lock',
  ),
  change('put.send-sms', 'MUST', sources.disagreed, 'PUT /sendSms sends the text of message or sms once'),
  change(
    'put.esim-profile',
    'MUST',
    sources.call,
    'PUT /esim_profile downloads, enables and deletes profiles',
  ),
  change(
    'put.answer',
    'MUST',
    'PUT answers [C≠]',
    'A PUT returns the SIM, a message, OK or an empty body, with 200 or 202',
  ),
  change(
    'put.pending-then-settled',
    'MUST',
    'Changes: not instant [C]',
    'A change of state is PENDING for seconds to minutes',
  ),
  change(
    'put.refused-bulk',
    'MAY',
    'Error codes: one code for the call [I]',
    'A refused PUT for many SIMs has changed none of them',
  ),
  change(
    'alerts.flag-mark-read',
    'MUST',
    'Reads: the two flags are spelled in two ways [C≠]',
    'markRead or mark_as_read marks alerts as read',
  ),
  change('errors.e000', 'MUST', sources.code, 'A server error is E000'),
  change('errors.e201', 'MUST', sources.code, 'A change that the status prohibits is E201'),
  change('errors.e202', 'MUST', sources.code, 'A change of a SIM locked by an administrator is E202'),
  change('errors.e203', 'MUST', sources.code, 'An IMEI lock that cannot be applied is E203'),
  change('errors.e210', 'MUST', sources.code, 'A data limit below the usage is E210'),
  change('errors.e211', 'MUST', sources.code, 'Activating a SIM that has reached its limit is E211'),
  change('errors.e220', 'MUST', sources.code, 'A forbidden group name is E220'),
  change('errors.e240', 'MUST', sources.code, 'An SMS that is not allowed is E240'),
];
