import { type Answer, type AskOptions, type GatewayError, Refused } from './gateway.ts';
import type { LeftOut, Session } from './session.ts';

const WORDS: Readonly<Record<LeftOut, string>> = { COST: 'costs', PERSONAL: 'personal data' };

/**
 * Runs a query that selects costs if its variable `withCost` is true. If the caller lacks the scope COST, the gateway refuses the whole query:
 * then runs it without costs, like all later ones of the session. Errors: Refused, Unreachable.
 */
export async function askWithCost<Data>(
  { gateway, leftOut }: Session,
  query: string,
  variables: object,
  options?: AskOptions,
): Promise<Answer<Data>> {
  const ask = (withCost: boolean) => gateway.ask<Data>(query, { ...variables, withCost }, options);
  if (leftOut.has('COST')) return ask(false);
  try {
    return await ask(true);
  } catch (error) {
    if (!(error instanceof Refused) || !error.requiredScopes.includes('COST')) throw error;
    const answer = await ask(false);
    leftOut.add('COST');
    return answer;
  }
}

/** The errors of an answer, except that personal data are null for want of the scope PERSONAL, which is no failure. */
export function failuresOf({ leftOut }: Session, errors: readonly GatewayError[]): readonly GatewayError[] {
  if (errors.some(isAboutPersonalData)) leftOut.add('PERSONAL');
  return errors.filter((error) => !isAboutPersonalData(error));
}

function isAboutPersonalData({ extensions }: GatewayError): boolean {
  return extensions?.code === 'FORBIDDEN' && extensions.requiredScopes?.join() === 'PERSONAL';
}

/** Prints one note about the data that are missing in the result for want of a scope. */
export function reportLeftOut({ screen, leftOut }: Session): void {
  if (leftOut.size === 0) return;
  const parts = [...leftOut].map((scope) => `${WORDS[scope]} (needs the scope ${scope})`);
  screen.say([{ text: `Left out: ${parts.join(', ')}.`, style: 'warn' }]);
}
