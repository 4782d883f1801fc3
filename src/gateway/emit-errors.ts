import { type ErrorRow, errorCodes, errorTable } from '../errors/index.ts';

// Prints the error table as Markdown, for docs/errors.md.
const rows = errorCodes.map((code) => {
  const { simApiCode = '', description, message, retryable, status }: ErrorRow = errorTable[code];
  return [`\`${code}\``, simApiCode, retryable ? 'yes' : 'no', status ?? '', description, message];
});
const head = ['Code', 'SIM API', 'Retryable', 'HTTP', 'What is so', 'What a client reads'];
const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

process.stdout.write(`# Error codes

Every code that can stand in \`extensions.code\` of a GraphQL error or in \`SimError.code\`; the query \`errorCatalog\` gives the same.
Retryable: the same call may succeed later. New codes may come: treat one you do not know by its \`retryable\` flag.
HTTP: the status of a request that is refused as a whole; an operation that runs is answered with 200, whatever its fields fail with.
\`BAD_REQUEST\` also comes with 403, 405, 408, 413 and 415.
\`simApi\` beside the code is what the SIM API said, in every error behind which it answered with a code of its own; a SIM that it only left out
of an answer, and what the index of the fleet answers in its place, have none. \`CALL_BUDGET_SPENT\` has the refusal of the call for several
SIMs that the SIM was part of.

${table}
`);
