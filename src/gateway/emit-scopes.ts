import 'reflect-metadata';
import { type Scope, scopes } from '../auth/index.ts';
import { type AccessRule, guardedFields } from './common/access.ts';
import { hiddenColumns } from './http/sims-csv.ts';
import { createSchema } from './schema.ts';

// Prints which scopes each field needs, for docs/scopes.md. The build runs it too: a root field without a rule ends it with an error.
const schema = createSchema();

const head = (first: string) => [[first, ...scopes, 'More'], [first, ...scopes, 'More'].map(() => '---')];
const table = (rows: readonly (readonly string[])[]) =>
  rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function rowsOf(isShown: (type: string) => boolean) {
  return guardedFields(schema)
    .filter(({ type }) => isShown(type))
    .map(({ type, field, rule }) => [
      `\`${type}.${field.name}\``,
      ...scopes.map((scope) => (rule.scopes.includes(scope) ? 'x' : '')),
      notesOf(rule),
    ]);
}

function notesOf({ scopes: any, ofArguments, coversAccount, reachOfArguments }: AccessRule): string {
  const notes = [
    any.length === 0 ? 'no scope' : '',
    any.length > 1 && ofArguments !== undefined ? 'the scope of its action' : '',
    any.length > 1 && ofArguments === undefined ? 'one of them' : '',
    any.includes('READ') && ofArguments !== undefined
      ? 'COST to filter or sort by cost, PERSONAL to sort by MSISDN'
      : '',
    coversAccount ? 'not for callers that are limited to groups' : '',
    reachOfArguments === undefined ? '' : 'only groups of the caller',
  ];
  return notes.filter((note) => note !== '').join('; ');
}

const roots = [schema.getQueryType()?.name, schema.getMutationType()?.name];

const needing = (scope: Scope) => {
  const without = new Set(scopes.filter((each) => each !== scope));
  return hiddenColumns(without)
    .map((name) => `\`${name}\``)
    .join(', ');
};

process.stdout.write(`# Scopes by field

What a caller needs to select a field, generated from the schema. [authentication.md](authentication.md) explains the scopes.

An \`x\` marks a scope that the field needs. A field that is not listed needs what the fields above it need; every root field is listed. If
a scope is missing, the whole operation is refused with \`FORBIDDEN\` (HTTP 403) before it runs. \`PERSONAL\` is the exception: the
operation runs, the fields that need it are null, and \`errors\` has one \`FORBIDDEN\` for all of them.

## Queries

${table([...head('Field'), ...rowsOf((type) => type === roots[0])])}

## Mutations

${table([...head('Field'), ...rowsOf((type) => type === roots[1])])}

## Fields of other types

${table([...head('Field'), ...rowsOf((type) => !roots.includes(type))])}

## CSV export

\`/export/sims.csv\` needs READ, and for its filter and order the same as \`Query.sims\`. Without COST the columns ${needing('COST')} are
empty, without PERSONAL the columns ${needing('PERSONAL')}; the response header \`x-hidden-columns\` names them.
`);
