import { GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTimeISO, GraphQLSafeInt } from 'graphql-scalars';
import { eidPattern, iccidPattern, yearMonthPattern } from '../../sim-api/index.ts';

/** A scalar that is a text of one form, checked before any upstream call. */
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
    // What goes out was checked when it came in from the wire.
    serialize: String,
    parseValue: check,
    parseLiteral: (node) => check(node.kind === Kind.STRING ? node.value : undefined),
  });
}

/** Integrated circuit card id. */
export const ICCID = textScalar({
  name: 'ICCID',
  description:
    'Integrated circuit card id, the serial number of a SIM: 18 to 22 digits, checked before any call of the SIM API.',
  pattern: iccidPattern,
  rule: 'a string of 18 to 22 digits',
  specifiedByURL: 'https://www.itu.int/rec/T-REC-E.118',
});

/** eUICC id. */
export const EID = textScalar({
  name: 'EID',
  description:
    'eUICC id, the serial number of an eSIM chip: 32 digits, checked before any call of the SIM API.',
  pattern: eidPattern,
  rule: 'a string of 32 digits',
  specifiedByURL: 'https://www.gsma.com/esim',
});

/** Calendar month. */
export const YearMonthScalar = textScalar({
  name: 'YearMonth',
  description:
    'Calendar month in UTC, YYYY-MM from 1970-01 on, for example 2026-10. The SIM API gets it as month and year.',
  pattern: yearMonthPattern,
  rule: 'a month as YYYY-MM from 1970-01 on, for example 2026-10',
});

/** Instant in UTC. */
export const DateTime = new GraphQLScalarType({
  ...GraphQLDateTimeISO.toConfig(),
  name: 'DateTime',
  description:
    'RFC 3339 date-time in UTC, for example 2026-11-22T16:49:14.000Z (graphql-scalars DateTimeISO).\n' +
    'Built from the epoch milliseconds of the SIM API; 0 there, or nothing, becomes null.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
});

/** Whole number up to 2^53-1. */
export const SafeInt = new GraphQLScalarType({
  ...GraphQLSafeInt.toConfig(),
  name: 'SafeInt',
  description:
    'Whole number up to 2^53-1, always sent as a JSON number (graphql-scalars SafeInt). Used for bytes: Int stops at 2.1 GB.',
  specifiedByURL: 'https://www.ecma-international.org/ecma-262/#sec-number.issafeinteger',
});
