import type { Order } from './bulk.order.ts';
import { targetWords } from './bulk.target.ts';
import { reportFreshness } from './freshness.ts';
import { Refused } from './gateway.ts';
import { PREVIEW } from './requests.ts';
import type { Session } from './session.ts';
import { count, moment, simCount } from './words.ts';

interface Preview {
  readonly total: number;
  readonly alreadyApplied: number;
  readonly refused: number;
  readonly refusals: readonly {
    readonly code: string;
    readonly message: string;
    readonly count: number;
    readonly exampleIccid: string | null;
    readonly exampleEid: string | null;
  }[];
  readonly toSend: number;
  readonly likelyRefused: number;
  readonly upstreamCalls: number;
  readonly asOf: string;
}

/** Prints what an order would do. Sends nothing but a query. Errors: Refused, Unreachable. */
export async function previewOrder(session: Session, order: Order): Promise<void> {
  const { gateway, screen, isJson } = session;
  const { data, errors } = await gateway.ask<{ previewChange: Preview | null }>(PREVIEW, { input: order });
  const preview = data.previewChange;
  if (preview === null)
    throw new Refused(errors[0] ?? { message: 'There is no preview.', extensions: { code: 'NOT_FOUND' } });
  if (isJson) await screen.printJson(preview);
  else for (const line of linesOf(order, preview)) await screen.print(line);
  reportFreshness(session, { asOf: preview.asOf, isComplete: true });
  screen.say('Nothing was sent.');
}

function linesOf({ action, target }: Order, preview: Preview): string[] {
  const { total, alreadyApplied, refused, refusals, toSend, likelyRefused, upstreamCalls, asOf } = preview;
  return [
    `${action} of ${simCount(total)}${targetWords(target)}, as of ${moment(new Date(asOf))}:`,
    line('already as requested', alreadyApplied),
    line('certainly refused', refused),
    ...refusals.map(({ code, message, count: sims, exampleIccid, exampleEid }) => {
      const examples = [exampleIccid, exampleEid].filter((example) => example !== null);
      const example = examples.length > 0 ? `, for example ${examples.join(', ')}` : '';
      return `    ${code}: ${count(sims)}${example}. ${message}`;
    }),
    line('to be sent', toSend),
    line('of these probably refused', likelyRefused),
    line('calls of the SIM API', upstreamCalls),
  ];
}

const line = (name: string, value: number) => `  ${name.padEnd(27)}${count(value)}`;
