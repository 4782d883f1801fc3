import { type ErrorRow, errorCodes, errorTable } from '../errors/index.ts';

// Prints the error table as Markdown, for docs/errors.md.
const rows = errorCodes.map((code) => {
  const { simApiCode = '', description, message, retryable, status }: ErrorRow = errorTable[code];
  return [`\`${code}\``, simApiCode, retryable ? 'yes' : 'no', status ?? '', description, message];
});
const head = ['Code', 'SIM API', 'Retryable', 'HTTP', 'Meaning', 'Message to the client'];
const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

process.stdout.write(`# Error codes

All values of \`extensions.code\` of a GraphQL error and of \`SimError.code\`. The query \`errorCatalog\` returns the same list.

- Retryable: the same call may succeed later. New codes may be added: handle an unknown code by its \`retryable\` flag.
- HTTP: the status of a request that is refused as a whole. An operation that runs is answered with 200, even if its fields fail.
  \`BAD_REQUEST\` also comes with 403, 405, 408, 413 and 415.
- \`simApi\`, next to the code, is the error that the SIM API reported. It is missing if the SIM API reported no code: for example, if it
  only left the SIM out of an answer, or if the fleet index answered in its place. For \`CALL_BUDGET_SPENT\` it is the refusal of the call
  for several SIMs that included the SIM.

${table}
`);
