import type { Command } from 'commander';
import { type CallerOptions, createCallerCommand, withCaller } from './caller.ts';
import { someOf } from './choices.ts';
import type { List } from './list.ts';
import { isAllDone, type Operation } from './operation.ts';
import type { Page } from './pages.ts';
import { addPageOptions, type PageOptions, printPages } from './paging.ts';
import { OPERATIONS } from './requests.ts';
import type { Span } from './screen.ts';
import { moment } from './words.ts';

const STATUSES = [
  'QUEUED',
  'RUNNING',
  'SETTLING',
  'COMPLETED',
  'COMPLETED_WITH_ERRORS',
  'CANCELED',
  'FAILED',
];

interface ListedOperation extends Operation {
  readonly actor: string;
}

const OPERATION_LIST: List<ListedOperation> = {
  columns: [
    {
      name: 'createdAt',
      heading: 'STARTED',
      value: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => moment(new Date(createdAt)),
      isWhole: true,
    },
    { name: 'finishedAt', heading: 'FINISHED', value: ({ finishedAt }) => finishedAt, only: 'csv' },
    { name: 'action', value: ({ action }) => action },
    { name: 'status', value: ({ status }) => status, cell: statusCell },
    { name: 'total', heading: 'SIMS', value: ({ total }) => total, isWhole: true },
    { name: 'sent', value: ({ sent }) => sent, only: 'csv' },
    { name: 'succeeded', value: ({ succeeded }) => succeeded, only: 'csv' },
    { name: 'failed', value: ({ failed }) => failed, isWhole: true },
    { name: 'unknown', value: ({ unknown }) => unknown, only: 'csv' },
    { name: 'notSent', value: ({ notSent }) => notSent, only: 'csv' },
    { name: 'settling', value: ({ settling }) => settling, only: 'csv' },
    { name: 'errorCode', value: ({ error }) => error?.code, only: 'csv' },
    { name: 'actor', value: ({ actor }) => actor },
    { name: 'id', value: ({ id }) => id },
  ],
};

function statusCell(operation: ListedOperation): Span {
  const { status, finishedAt } = operation;
  const style = finishedAt === null ? 'warn' : isAllDone(operation) ? 'good' : 'bad';
  return { text: status, style };
}

type OperationsOptions = CallerOptions & PageOptions & { readonly status?: readonly string[] };

export function operationsCommand(): Command {
  const command = createCallerCommand({
    name: 'operations',
    summary: 'list bulk operations, newest first',
    description: `Lists the bulk operations of the account, newest first: start, action, status, number of SIMs, number of failed SIMs, and
who started it. A terminal may have no room for the whole id, which watch and results need: --columns id prints it alone.`,
    examples: [
      'sim-gateway operations',
      '# those that are still running',
      'sim-gateway operations --status QUEUED,RUNNING,SETTLING',
      '# the id of the newest one',
      'sim-gateway operations --first 1 --columns id --no-header',
      '# all of them with every count, for a spreadsheet',
      'sim-gateway operations --all --csv > operations.csv',
    ],
  });
  return addPageOptions(command, OPERATION_LIST, 'operations')
    .option('--status <list>', `only these, separated by commas: ${STATUSES.join(', ')}`, someOf(STATUSES))
    .action(async (options: OperationsOptions) => {
      await withCaller(options, (session) =>
        printPages(session, OPERATION_LIST, options, {
          none: options.status === undefined ? 'No bulk operations.' : 'No bulk operation has this status.',
          async read({ tries, ...wanted }) {
            const variables = { statuses: options.status ?? null, ...wanted };
            const { data, errors } = await session.gateway.ask<{ bulkOperations: Page<ListedOperation> }>(
              OPERATIONS,
              variables,
              { tries },
            );
            return { ...data.bulkOperations, errors };
          },
        }),
      );
    });
}
