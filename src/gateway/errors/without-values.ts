import { GraphQLError } from 'graphql';

/** Longer messages are cut: they quote a value of the request. */
const maxMessage = 300;

/**
 * The message of graphql-js without the value of a whole variable or argument: it quotes all fields of an input, for example the text of an
 * SMS, if one of them is wrong. The rule that the wrong field breaks, and its place, stay.
 */
export function withoutValues(message: string, error: unknown): string {
  const [argument] = /^Argument "\w+" has (?=invalid value )/.exec(message) ?? [];
  if (argument !== undefined) return `${argument}an invalid value.`;
  const [variable] = /^Variable "\$\w+" got (?=invalid value )/.exec(message) ?? [];
  if (variable === undefined) return shortMessage(message);
  const rule = error instanceof GraphQLError ? error.originalError?.message : undefined;
  if (rule === undefined || !message.endsWith(`; ${rule}`)) return `${variable}an invalid value.`;
  const [place = ''] = / at "[^"\\]+"$/.exec(message.slice(0, -`; ${rule}`.length)) ?? [];
  return shortMessage(`${variable}an invalid value${place}; ${rule}`);
}

/** The beginning of a message that quotes a value of the request. */
export function shortMessage(message: string): string {
  return message.length <= maxMessage ? message : `${message.slice(0, maxMessage)}…`;
}
