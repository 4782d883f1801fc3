import type { Call } from './caller.ts';
import type { ApiRequest, SimKeyName } from './endpoints.ts';
import { decodePage, type Page } from './wire/page.wire.ts';

/** A read of one page: of a list of the account's, or of a list that the SIMs named have. */
export interface PageRead<T> {
  readonly request: ApiRequest;
  readonly keyName?: SimKeyName;
  readonly keys?: readonly string[];
  /** Name of the array in the answer. */
  readonly listName: string;
  /** Where in the list the page begins; 0 by default. */
  readonly offset?: number;
  readonly decode: (value: unknown) => T | undefined;
  /** One try is enough. */
  readonly isProbe?: boolean;
}

/** One page of a list. What cannot be read in it is counted in the trace. Errors: SimApiFailure. */
export async function readPage<T>(call: Call, read: PageRead<T>): Promise<Page<T>> {
  const { request, keyName, keys, listName, offset = 0, decode, isProbe = false } = read;
  const json = await call(request, keyName, keys, { isProbe });
  const page = decodePage(request.operation, json, listName, offset, decode);
  call.trace.unreadableItems += page.rows.reduce((count, row) => count + Number(row === undefined), 0);
  return page;
}
