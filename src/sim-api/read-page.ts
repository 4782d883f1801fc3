import type { Call } from './caller.ts';
import type { ApiRequest } from './endpoints.ts';
import { decodePage, type Page } from './wire/page.wire.ts';

/** A read of one page, of one SIM's list or of the account's. */
export interface PageRead {
  readonly request: ApiRequest;
  readonly iccid?: string;
}

/** One page of a list. Errors: SimApiFailure. */
export async function readPage<T>(
  call: Call,
  { request, iccid }: PageRead,
  listName: string,
  offset: number,
  decode: (value: unknown) => T | undefined,
): Promise<Page<T>> {
  const json = iccid === undefined ? await call(request) : await call(request, 'iccid', [iccid]);
  return decodePage(request.operation, json, listName, offset, decode);
}
