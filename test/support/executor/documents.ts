import fc from 'fast-check';
import { fieldNames } from './schema.ts';

/** A random operation with the variables of `header`; it need not be valid. */

const header =
  '($flag: Boolean, $yes: Boolean = true, $must: Boolean!, $number: Int, $count: Int! = 3, $inner: Inner, $one: One, $list: [Int!], $odd: Odd, $deep: [[Inner!]])';

const pick = (...values: string[]) => fc.constantFrom(...values);

const argument = fc.oneof(
  pick('number: 1', 'number: $number', 'number: null', 'number: "x"', 'number: $count', 'number: $missing'),
  pick('inner: $inner', 'inner: { number: 1 }', 'inner: { number: $number, list: [1, $number] }'),
  pick('inner: { number: 2, inner: { number: 3, color: RED, text: null, odd: 4 }, one: { text: "a" } }'),
  pick('inner: {}', 'inner: { number: 1, one: { text: "a", number: 1 } }', 'one: $one', 'one: { number: 1 }'),
  pick('one: { number: $number }', 'one: {}', 'list: $list', 'list: 3', 'list: [1, null]', 'odd: $odd'),
);
const args = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: argument.map((text) => `(${text})`) },
);

const directive = pick(
  '@skip(if: $flag)',
  '@include(if: $flag)',
  '@skip(if: $yes)',
  '@include(if: $yes)',
  '@include(if: $must)',
  '@skip(if: true)',
  '@skip(if: false)',
  '@include(if: false)',
  '@include(if: $yes) @skip(if: $flag)',
  '@skip(if: null)',
  '@skip(if: $number)',
  '@unknown(a: $odd)',
);
const directives = fc.oneof(
  { weight: 9, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: directive.map((text) => ` ${text}`) },
);

const alias = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: pick('a: ', 'b: ', 'then: ', 'toJSON: ', 'constructor: ', '__proto__: ', 'text: '),
  },
);

const leafName = fc.oneof(
  { weight: 3, arbitrary: pick(...fieldNames.leaf) },
  { weight: 2, arbitrary: pick(...fieldNames.rare) },
);

const { selections } = fc.letrec<{ selections: string; selection: string; below: string }>((tie) => ({
  selections: fc
    .array(tie('selection'), { minLength: 1, maxLength: 6, depthIdentifier: 'document' })
    .map((list) => list.join(' ')),
  selection: fc.oneof(
    { depthIdentifier: 'document', maxDepth: 5, depthSize: 'small' },
    fc.tuple(alias, leafName, args, directives).map((parts) => parts.join('')),
    { weight: 2, arbitrary: tie('below') },
  ),
  below: fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .tuple(alias, pick(...fieldNames.object), args, directives, tie('selections'))
        .map(([name, field, given, when, inner]) => `${name}${field}${given}${when} { ${inner} }`),
    },
    fc
      .tuple(alias, pick(...fieldNames.union), directives, tie('selections'), tie('selections'))
      .map(([name, field, when, first, second]) => {
        const inner = `__typename ... on First { ${first} } ... on Named { ${second} }`;
        return `${name}${field}${when} { ${inner} }`;
      }),
    fc
      .tuple(
        pick('', ' on First', ' on Second', ' on Named', ' on Either', ' on Query'),
        directives,
        tie('selections'),
      )
      .map(([type, when, inner]) => `...${type}${when} { ${inner} }`),
    fc.tuple(pick('...F0', '...F1', '...F2', '...F3'), directives).map((parts) => parts.join('')),
  ),
}));

/** Without spreads: a fragment must not contain itself. */
const fragment = fc
  .tuple(pick('First', 'Second', 'Third', 'Named', 'Query', 'Either'), selections)
  .map(([type, inner]) => `on ${type} { ${inner.replaceAll(/\.\.\.F\d/g, '...F9')} }`);

const operationType = fc.oneof(
  { weight: 6, arbitrary: fc.constant('query') },
  { weight: 2, arbitrary: fc.constant('mutation') },
  { weight: 1, arbitrary: fc.constant('subscription') },
);

const operation = (name: string) =>
  fc.tuple(operationType, selections).map(([type, inner]) => `${type} ${name}${header} { ${inner} }`);

/** The text of a document with one or two operations, and the name of the operation to execute. */
export const documentText: fc.Arbitrary<{ text: string; operationName: string | null | undefined }> = fc
  .tuple(
    operation('Q'),
    fc.oneof({ weight: 5, arbitrary: fc.constant('') }, operation('R')),
    fc.array(fragment, { minLength: 1, maxLength: 3 }),
    fc.oneof({ weight: 30, arbitrary: pick('Q') }, fc.constantFrom('R', 'S', null, undefined)),
  )
  .map(([first, second, fragments, operationName]) => ({
    text: [first, second, ...fragments.map((text, index) => `fragment F${index} ${text}`)].join('\n'),
    operationName,
  }));

const integer = fc.oneof(
  { weight: 40, arbitrary: fc.integer({ min: -5, max: 5 }) },
  fc.constantFrom(null, 1.5, 'x', 2 ** 40),
);
const boolean = fc.oneof({ weight: 80, arbitrary: fc.boolean() }, fc.constantFrom(null, 'x', 1));
const { inner } = fc.letrec<{ inner: object }>((tie) => ({
  inner: fc.record(
    {
      number: integer,
      text: fc.constantFrom('a', null, undefined, 3),
      color: fc.constantFrom('RED', 'BLUE', 'PINK', null),
      odd: fc.constantFrom(1, 'refused', 'absent', null),
      list: fc.oneof(fc.array(integer, { maxLength: 2 }), integer),
      inner: fc.option(tie('inner'), { maxDepth: 2 }),
      one: fc.constantFrom({ number: 1 }, { text: 'a' }, {}, { number: 1, text: 'a' }, { text: null }),
      other: fc.constant(1),
    },
    { requiredKeys: ['number'] },
  ),
}));
const simpleInner = fc.record({ number: fc.integer({ min: 0, max: 9 }) });

/** Values of the variables of every document: mostly valid. */
export const variables: fc.Arbitrary<Record<string, unknown> | undefined> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record(
      {
        must: fc.oneof({ weight: 80, arbitrary: fc.boolean() }, fc.constant(null)),
        flag: boolean,
        yes: boolean,
        number: integer,
        count: fc.oneof({ weight: 60, arbitrary: fc.integer({ min: 0, max: 9 }) }, fc.constant(null)),
        inner: fc.oneof({ weight: 15, arbitrary: simpleInner }, inner),
        one: fc.oneof(
          { weight: 40, arbitrary: fc.constant({ text: 'a' }) },
          fc.constantFrom({}, null, { text: null }, 'x'),
        ),
        list: fc.oneof(
          { weight: 20, arbitrary: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }) },
          fc.constantFrom(null, 3, [null], 'x', new Set([1, 2])),
        ),
        odd: fc.oneof(
          { weight: 20, arbitrary: fc.constantFrom(0, 'text', null, { any: 1 }) },
          fc.constantFrom('refused', 'absent'),
        ),
        deep: fc.oneof(fc.array(fc.array(simpleInner, { maxLength: 2 }), { maxLength: 2 }), simpleInner),
        surplus: fc.constant(1),
      },
      { requiredKeys: ['must'] },
    ),
  },
  fc.constantFrom(undefined, {}),
);
