import type { Answer, RunningGateway } from './gateway.ts';

/** Sends a query with additional headers, such as an idempotency key or a request id. */
export async function askWith<Data = unknown>(
  gateway: RunningGateway,
  headers: Readonly<Record<string, string>>,
  query: string,
  variables?: object,
): Promise<Answer<Data>> {
  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  if (!text.startsWith('{')) throw new Error(`The gateway answered ${response.status}: ${text}`);
  const answer = JSON.parse(text) as Omit<Answer<Data>, 'status' | 'headers'>;
  return { ...answer, errors: answer.errors ?? [], status: response.status, headers: response.headers };
}

/** The payload of a mutation of several SIMs, without the SIMs read back. */
export interface ManyAnswer {
  succeeded: number;
  failed: number;
  unknown: number;
  notSent: number;
  results: {
    iccid: string | null;
    outcome: string;
    error: {
      code: string;
      message: string;
      simApi: { code: string; timestamp: string | null } | null;
    } | null;
  }[];
}

const errorFields = `error { code message retryable retryAfterSeconds
  simApi { code description httpStatus timestamp operation } }`;
const selection = `succeeded failed unknown notSent results { iccid outcome ${errorFields} }`;

/** A mutation of SIMs by its name and input type, with `$input` as its variable; it reads nothing back. */
export function mutation(name: string, input: string): string {
  const isMany = /^(?:sendSms|changeEsimProfile)$|Sims/.test(name);
  return `mutation ($input: ${input}!) { ${name}(input: $input) { ${isMany ? selection : `iccid outcome ${errorFields}`} } }`;
}

export const sendSms = mutation('sendSms', 'SendSmsInput');

export const refs = (iccids: readonly string[]) => iccids.map((iccid) => ({ iccid }));
