import type { Answer, RunningGateway } from './gateway.ts';

/** Asks a gateway with headers of the test's own, such as an idempotency key or a request id. */
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

/** What a mutation of many SIMs answers, with everything in it that is not read back. */
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

/** A mutation of SIMs by its name and the type of its input, which is the variable; nothing is read back. */
export function mutation(name: string, input: string): string {
  const isMany = /^(?:sendSms|changeEsimProfile)$|Sims/.test(name);
  return `mutation ($input: ${input}!) { ${name}(input: $input) { ${isMany ? selection : `iccid outcome ${errorFields}`} } }`;
}

/** Messages to SIMs. */
export const sendSms = mutation('sendSms', 'SendSmsInput');

/** SIMs by their ICCIDs. */
export const refs = (iccids: readonly string[]) => iccids.map((iccid) => ({ iccid }));
