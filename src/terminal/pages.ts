import { Refused } from './gateway.ts';
import type { OperationResult } from './operation.ts';
import { PAGE_SIZE, RESULTS } from './requests.ts';
import type { Session } from './session.ts';

/** Later pages are asked for so often: a walk of an hour should not end because of a gateway that starts anew. */
const TRIES = 5;

/** A page of a list. */
export interface Page<Node> {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly Node[];
}

/** The pages of a list one after another, each asked for when the one before was taken. Errors: those of `ask`. */
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

/** The results of an operation, all of them or those of some outcomes. Errors: Refused, with NOT_FOUND where there is none; Unreachable. */
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
      errors[0] ?? { message: 'There is no bulk operation of this id.', extensions: { code: 'NOT_FOUND' } },
    );
  });
}
