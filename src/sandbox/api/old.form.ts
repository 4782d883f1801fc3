import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a call of a client of 2018 has outside of its query and headers. */
interface OldForm {
  /** The parameters of the query and of a form body, without the access token. */
  readonly query: URLSearchParams;
  /** The parameter `access_token`; null if there is none. */
  readonly accessToken: string | null;
}

export async function readOldForm(request: IncomingMessage, query: URLSearchParams): Promise<OldForm> {
  const fields = withForm(query, await formOf(request));
  const accessToken = fields.get('access_token');
  fields.delete('access_token');
  return { query: fields, accessToken };
}

/** The fields of a form body; none if the body is no form. */
export async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  if (isForm) return new URLSearchParams(await text(request));
  request.resume();
  return new URLSearchParams();
}

export function withForm(query: URLSearchParams, form: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...query, ...form]);
}
