import { GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTimeISO, GraphQLSafeInt } from 'graphql-scalars';
import { eidPattern, iccidPattern, yearMonthPattern } from '../../sim-api/index.ts';

/** Creates a string scalar of a fixed format, which is checked before any call of the SIM API. */
function textScalar(options: {
  name: string;
  description: string;
  pattern: RegExp;
  rule: string;
  specifiedByURL?: string;
}): GraphQLScalarType<string, string> {
  const { name, description, pattern, rule, specifiedByURL } = options;
  const check = (value: unknown): string => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new TypeError(`${name} must be ${rule}`);
  };
  return new GraphQLScalarType<string, string>({
    name,
    description,
    ...(specifiedByURL !== undefined && { specifiedByURL }),
    // Values to serialize were checked when the SIM API client decoded them.
    serialize: String,
    parseValue: check,
    parseLiteral: (node) => check(node.kind === Kind.STRING ? node.value : undefined),
  });
}

export const ICCID = textScalar({
  name: 'ICCID',
  description:
    'Integrated circuit card id, the serial number of a SIM: 18 to 22 digits, checked before any call of the SIM API.',
  pattern: iccidPattern,
  rule: 'a string of 18 to 22 digits',
  specifiedByURL: 'https://www.itu.int/rec/T-REC-E.118',
});

export const EID = textScalar({
  name: 'EID',
  description:
    'eUICC id, the serial number of an eSIM chip: 32 digits, checked before any call of the SIM API.',
  pattern: eidPattern,
  rule: 'a string of 32 digits',
  specifiedByURL: 'https://www.gsma.com/esim',
});

export const YearMonthScalar = textScalar({
  name: 'YearMonth',
  description:
    'Calendar month in UTC, YYYY-MM from 1970-01 on, for example 2026-10. Sent to the SIM API as month and year.',
  pattern: yearMonthPattern,
  rule: 'a month as YYYY-MM from 1970-01 on, for example 2026-10',
});

export const DateTime = new GraphQLScalarType({
  ...GraphQLDateTimeISO.toConfig(),
  name: 'DateTime',
  description:
    'RFC 3339 date-time in UTC, for example 2026-11-22T16:49:14.000Z (graphql-scalars DateTimeISO).\n' +
    'Converted from the epoch milliseconds of the SIM API; 0 or a missing value becomes null.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
});

export const SafeInt = new GraphQLScalarType({
  ...GraphQLSafeInt.toConfig(),
  name: 'SafeInt',
  description:
    'Whole number up to 2^53-1, always sent as a JSON number (graphql-scalars SafeInt). Used for bytes, because Int ends at 2 147 483 647 (2.1 GB).',
  specifiedByURL: 'https://www.ecma-international.org/ecma-262/#sec-number.issafeinteger',
});
