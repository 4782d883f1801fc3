import { type Alert, decodeAlert } from '../../src/sim-api/wire/alert.wire.ts';
import {
  type AccountBalance,
  decodeBalance,
  decodeSimCost,
  type SimCost,
} from '../../src/sim-api/wire/cost.wire.ts';
import { type Diagnostics, decodeDiagnostics } from '../../src/sim-api/wire/diagnostics.wire.ts';
import { type DataSession, decodeSession } from '../../src/sim-api/wire/session.wire.ts';
import { decodeSim, type Sim } from '../../src/sim-api/wire/sim.wire.ts';
import { countOf, flagOf, numberOf, textOf } from '../../src/sim-api/wire/value.wire.ts';
import { isRow, type Row } from './api.ts';
import { type JsonType, typeOf } from './shown.ts';

/** A field of an object in the contract, and how the gateway decodes it. */
interface Field<Decoded> {
  /** Its JSON type in the contract; null is always allowed and means no value. */
  readonly type: JsonType;
  /** The decoded value; null or undefined if the gateway cannot decode the field. */
  readonly read: (decoded: Decoded, raw: unknown) => unknown;
  /** Whether 0 means no value, as in times and limits. */
  readonly zeroIsNothing?: boolean;
}

/** The findings in one object. */
export interface Inspection {
  /** False if the gateway cannot decode the object at all. */
  readonly isReadable: boolean;
  /** Names of fields with a value that the gateway cannot decode. */
  readonly unreadable: readonly string[];
  /** Fields whose JSON type differs from the contract. */
  readonly otherType: readonly { readonly name: string; readonly type: JsonType }[];
  /** Names of fields that are not in the contract. */
  readonly unknown: readonly string[];
}

/** A kind of object that the SIM API returns. */
export interface Kind {
  /** Its name in the ids of checks. */
  readonly id: string;
  /** Its name in sentences. */
  readonly title: string;
  readonly source: string;
  /** Path whose answers hold such objects -> name of their list; null if the answer is the object or an array of objects. */
  readonly paths: Readonly<Record<string, string | null>>;
  /** The names of all fields; a nested field is `outer.inner`. */
  readonly fields: readonly string[];
  inspect(raw: unknown): Inspection;
}

const text = <D>(read: Field<D>['read']): Field<D> => ({ type: 'string', read });
const number = <D>(read: Field<D>['read']): Field<D> => ({ type: 'number', read });
const time = <D>(read: Field<D>['read']): Field<D> => ({ type: 'number', read, zeroIsNothing: true });

const simFields: Readonly<Record<string, Field<Sim>>> = {
  iccid: text(({ iccid }) => iccid),
  eid: text(({ eid }) => eid),
  name: text(({ name }) => name),
  group: text(({ groupName }) => groupName),
  type: text(({ type }) => type),
  form: text(({ formFactor }) => formFactor),
  msisdn: text(({ msisdn }) => msisdn),
  imsi: text(({ imsi }) => imsi),
  imei: text(({ imei }) => imei),
  apn: text(({ apn }) => apn),
  data_limit: { type: 'number', read: ({ dataLimitMegabytes }) => dataLimitMegabytes, zeroIsNothing: true },
  active_profile: text(({ activeProfile }) => activeProfile),
  downloaded_profiles: {
    type: 'array',
    read: ({ downloadedProfiles }, raw) =>
      (Array.isArray(raw) && downloadedProfiles.length === raw.length) || null,
  },
  status: { type: 'object', read: ({ legacyStatus }) => legacyStatus },
  'status.primary': text(({ legacyStatus }) => legacyStatus),
  'status.secondary': text(({ legacyStatus }) => legacyStatus?.secondary),
  // The decoder derives a missing state from the status, so the raw value is read.
  state: text((_, raw) => textOf(raw)),
  lastNetworkActivityMillis: time(({ lastNetworkActivityAt }) => lastNetworkActivityAt),
  lastModifiedMillis: time(({ lastModifiedAt }) => lastModifiedAt),
  lastDataSessionMillis: time(({ lastDataSessionAt }) => lastDataSessionAt),
  lastUsageUpdate: time(({ usageUpdatedAt }) => usageUpdatedAt),
};

const useFields: Readonly<Record<string, Field<AccountBalance>>> = {
  data_used: number(({ usedBytes }) => usedBytes),
  data_cost: number(({ cost }) => cost.amount),
  currency: text(({ cost }) => cost.currency),
  // The gateway knows the requested month and does not decode these.
  month: number((_, raw) => numberOf(raw)),
  year: number((_, raw) => numberOf(raw)),
};

const costFields: Readonly<Record<string, Field<SimCost>>> = {
  ...useFields,
  iccid: text(({ iccid }) => iccid),
  data_plan: text(({ dataPlan }) => dataPlan),
};

const sessionFields: Readonly<Record<string, Field<DataSession>>> = {
  id: number(({ id }) => id),
  country: text(({ country }) => country),
  alpha3: text(({ countryCode }) => countryCode),
  operator: text(({ operator }) => operator),
  // The decoder returns 0 for 0 bytes and for an unreadable value, so the raw value is read.
  data_size: number((_, raw) => countOf(raw)),
  data_cost: number(({ cost }, raw) => cost?.amount ?? numberOf(raw)),
  currency: text(({ cost }) => cost?.currency),
  start_time: number(({ startedAt }) => startedAt),
};

const alertFields: Readonly<Record<string, Field<Alert>>> = {
  id: number(({ id }) => id),
  trigger: text(({ trigger }) => trigger || null),
  timestamp: number(({ raisedAt }) => raisedAt),
  // The decoder returns false for unread and for an unreadable value, so the raw value is read.
  is_read: { type: 'boolean', read: (_, raw) => flagOf(raw) },
  iccid: text(({ iccid }) => iccid),
};

const diagnosticsFields: Readonly<Record<string, Field<Diagnostics>>> = {
  imei: text(({ imei }) => imei),
  deviceName: text(({ deviceName }) => deviceName),
  inDataSession: { type: 'boolean', read: ({ inDataSession }) => inDataSession },
  lastNetworkActivity: time(({ lastNetworkActivityAt }) => lastNetworkActivityAt),
  lastCountry: text(({ lastCountry }) => lastCountry),
  lastOperator: text(({ lastOperator }) => lastOperator),
  // The decoded location is null if one of its coordinates is missing.
  latitude: number(({ location }, raw) => location?.latitude ?? numberOf(raw)),
  longitude: number(({ location }, raw) => location?.longitude ?? numberOf(raw)),
  radius: number(({ location }, raw) => location?.radiusMeters ?? numberOf(raw)),
};

/** Every kind of object, each with the decoder of the gateway. */
export const kinds: readonly Kind[] = [
  kind({
    id: 'sim',
    title: 'SIM',
    source: 'SIM [C, S]',
    paths: { '/get_sim': null, '/get_sims': 'sims', '/get_account_sims': 'sims', '/get_group_sims': 'sims' },
    fields: simFields,
    decode: decodeSim,
  }),
  kind({
    id: 'sim-cost',
    title: 'cost of a SIM',
    source: 'Reads: /get_sim_cost, /get_sim_costs [C, S]',
    paths: { '/get_sim_cost': null, '/get_sim_costs': null },
    fields: costFields,
    decode: (raw) => decodeSimCost(raw, '2000-01'),
  }),
  kind({
    id: 'account-balance',
    title: 'balance',
    source: 'Reads: /get_account_balance [C, S]',
    paths: { '/get_account_balance': null },
    fields: useFields,
    decode: decodeBalance,
  }),
  kind({
    id: 'session',
    title: 'session',
    source: 'Reads: /get_sim_sessions [C]',
    paths: { '/get_sim_sessions': 'sessions' },
    fields: sessionFields,
    decode: decodeSession,
  }),
  kind({
    id: 'alert',
    title: 'alert',
    source: 'Reads: alerts [C]',
    paths: { '/get_account_alerts': 'alerts', '/get_group_alerts': 'alerts', '/get_sim_alerts': 'alerts' },
    fields: alertFields,
    decode: decodeAlert,
  }),
  kind({
    id: 'diagnostics',
    title: 'diagnosis',
    source: 'Reads: /diagnostics [C, S]',
    paths: { '/diagnostics': null },
    fields: diagnosticsFields,
    decode: decodeDiagnostics,
  }),
];

interface KindOf<Decoded> extends Omit<Kind, 'fields' | 'inspect'> {
  readonly fields: Readonly<Record<string, Field<Decoded>>>;
  readonly decode: (raw: unknown) => Decoded | undefined;
}

function kind<Decoded>({ fields, decode, ...rest }: KindOf<Decoded>): Kind {
  const names = Object.keys(fields);
  return {
    ...rest,
    fields: names,
    inspect(raw) {
      if (!isRow(raw)) return { isReadable: false, unreadable: [], otherType: [], unknown: [] };
      const decoded = decode(raw);
      const values = flat(raw, names);
      const known = Object.entries(fields).map(([name, field]) => ({ name, field, value: values.get(name) }));
      const given = known.filter(({ field, value }) => !isNothing(value, field.zeroIsNothing === true));
      return {
        isReadable: decoded !== undefined,
        unreadable:
          decoded === undefined
            ? []
            : given
                .filter(({ field, value }) => (field.read(decoded, value) ?? null) === null)
                .map(({ name }) => name),
        otherType: given
          .map(({ name, field, value }) => ({ name, expected: field.type, type: typeOf(value) }))
          .filter(({ expected, type }) => type !== expected),
        unknown: [...values.keys()].filter((name) => !names.includes(name)),
      };
    },
  };
}

/** The values of an object by field name. Fields of a nested object that the contract has are added as `outer.inner`. */
function flat(raw: Row, names: readonly string[]): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [name, value] of Object.entries(raw)) {
    values.set(name, value);
    const isNested = names.some((known) => known.startsWith(`${name}.`));
    if (isNested && isRow(value))
      for (const [inner, item] of Object.entries(value)) values.set(`${name}.${inner}`, item);
  }
  return values;
}

function isNothing(value: unknown, zeroIsNothing: boolean): boolean {
  return value === undefined || value === null || value === '' || (zeroIsNothing && Number(value) === 0);
}
