import type { Order, Params } from './bulk.order.ts';
import { count } from './words.ts';

const SHOWN_CHARACTERS = 60;

type Words = (sims: string, params: Params) => string;

const quoted = (text = '') => {
  const characters = [...text];
  const isCut = characters.length > SHOWN_CHARACTERS;
  return JSON.stringify(isCut ? `${characters.slice(0, SHOWN_CHARACTERS - 1).join('')}…` : text);
};
const begin =
  (verb: string): Words =>
  (sims) =>
    `${verb} ${sims}`;
const changeTo =
  (state: string): Words =>
  (sims) =>
    `Change ${sims} to ${state}`;

const PROFILE_WORDS: Readonly<Record<string, string>> = {
  DOWNLOAD: 'Download',
  ENABLE: 'Enable',
  DOWNLOAD_AND_ENABLE: 'Download and enable',
  DELETE: 'Delete',
};

const WORDS: Readonly<Record<string, Words>> = {
  ACTIVATE: begin('Activate'),
  DEACTIVATE: begin('Deactivate'),
  SUSPEND: begin('Suspend'),
  RESUME: begin('Resume'),
  TEST: changeTo('TEST'),
  ACTIVE_READY: changeTo('ACTIVE_READY'),
  RESET: begin('Reset'),
  CLOSE: begin('Close'),
  SET_NAME: (sims, { name }) => `Set the name of ${sims} to ${quoted(name)}`,
  SET_GROUP: (sims, { group }) => `Move ${sims} to the group ${quoted(group)}`,
  SET_DATA_LIMIT: (sims, { dataLimit }) =>
    dataLimit !== undefined && 'megabytes' in dataLimit
      ? `Set the data limit of ${sims} to ${count(dataLimit.megabytes)} MB`
      : `Remove the data limit of ${sims}`,
  SEND_SMS: (sims, { text }) => `Send the SMS ${quoted(text)} to ${sims}`,
  ESIM_PROFILE: (sims, { profile, profileAction = '' }) =>
    `${PROFILE_WORDS[profileAction]} the profile ${quoted(profile)} on ${sims}`,
  SET_IMEI_LOCK: (sims, { imeiLocked }) => `Set the IMEI lock of ${sims} to ${imeiLocked ? 'on' : 'off'}`,
};

/** What an order does, as an imperative sentence without its full stop: `Suspend 133 SIMs of the group Pilot`. */
export function orderWords({ action, params = {} }: Pick<Order, 'action' | 'params'>, sims: string): string {
  return WORDS[action]?.(sims, params) ?? `${action} ${sims}`;
}
