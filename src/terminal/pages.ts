import { Refused } from './gateway.ts';
import type { OperationResult } from './operation.ts';
import { PAGE_SIZE, RESULTS } from './requests.ts';
import type { Session } from './session.ts';

/** Attempts for each later page, so that a restart of the gateway does not end a listing that takes an hour. */
const TRIES = 5;

export interface Page<Node> {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly Node[];
}

/** Yields the pages of a list. Each page is requested when the previous one was consumed. Errors: those of `ask`. */
export async function* pages<P extends Page<unknown>>(
  ask: (after: string | null, tries: number) => Promise<P>,
  from: string | null = null,
): AsyncGenerator<P> {
  let page = await ask(from, 1);
  yield page;
  while (page.pageInfo.hasNextPage) {
    page = await ask(page.pageInfo.endCursor, TRIES);
    yield page;
  }
}

/** Yields the results of an operation, all or those with these outcomes. Errors: Refused (NOT_FOUND if it does not exist), Unreachable. */
export function pagesOfResults(
  { gateway }: Session,
  id: string,
  outcomes: readonly string[] | null,
): AsyncGenerator<Page<OperationResult>> {
  return pages(async (after, tries) => {
    const { data, errors } = await gateway.ask<{
      bulkOperation: { results: Page<OperationResult> | null } | null;
    }>(RESULTS, { id, outcomes, first: PAGE_SIZE, after }, { tries });
    const page = data.bulkOperation?.results;
    if (page) return page;
    throw new Refused(
      errors[0] ?? { message: 'There is no bulk operation with this id.', extensions: { code: 'NOT_FOUND' } },
    );
  });
}
