import { InvalidArgumentError } from 'commander';

/** The input type SimOrder of the gateway. */
export interface SimOrder {
  readonly field: string;
  readonly direction: 'ASC' | 'DESC';
}

const FIELDS: Readonly<Record<string, string>> = {
  iccid: 'ICCID',
  name: 'NAME',
  group: 'GROUP',
  state: 'STATE',
  used: 'USED_BYTES',
  percent: 'USED_PERCENT',
  cost: 'COST',
  eid: 'EID',
  msisdn: 'MSISDN',
  network: 'LAST_NETWORK_ACTIVITY',
  session: 'LAST_DATA_SESSION',
  modified: 'LAST_MODIFIED',
};

export const SORT_WORDS = Object.keys(FIELDS);

/** Parses an order such as `session` or `used:desc`. */
export function readSort(text: string): SimOrder {
  const [word = '', way = 'asc', ...more] = text.toLowerCase().split(':');
  const field = Object.hasOwn(FIELDS, word) ? FIELDS[word] : undefined;
  if (field !== undefined && more.length === 0 && (way === 'asc' || way === 'desc')) {
    return { field, direction: way === 'asc' ? 'ASC' : 'DESC' };
  }
  throw new InvalidArgumentError(
    `It must be one of ${SORT_WORDS.join(', ')}, with :desc appended to reverse the order.`,
  );
}
