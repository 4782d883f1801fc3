import { expect } from '@jest/globals';
import type { Answer, RunningGateway } from './gateway.ts';

/** The preview of a change, as queried from the gateway. */
export interface ShownPreview {
  total: number;
  alreadyApplied: number;
  refused: number;
  refusals: {
    code: string;
    message: string;
    count: number;
    exampleIccid: string | null;
    exampleEid: string | null;
  }[];
  toSend: number;
  likelyRefused: number;
  upstreamCalls: number;
  asOf: string;
}

const query = `query ($input: StartBulkOperationInput!) { previewChange(input: $input) {
  total alreadyApplied refused refusals { code message count exampleIccid exampleEid } toSend likelyRefused upstreamCalls asOf } }`;

/** Requests a preview that may be refused. */
export function askForPreview(
  gateway: RunningGateway,
  input: object,
): Promise<Answer<{ previewChange: ShownPreview | null }>> {
  return gateway.ask(query, { input });
}

/** Requests a preview and expects no error. */
export async function preview(gateway: RunningGateway, input: object): Promise<ShownPreview> {
  const { data, errors } = await askForPreview(gateway, input);
  expect(errors).toEqual([]);
  if (data.previewChange === null) throw new Error('the gateway returned neither a preview nor an error');
  return data.previewChange;
}

/** The parts of a preview that do not depend on how its target was given. */
export function countsOf({ upstreamCalls: _, asOf: __, ...counts }: ShownPreview) {
  return counts;
}
