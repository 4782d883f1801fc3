import { safeJson, withoutKeys } from './safe-text.ts';

/** An error as --json prints it. Other fields are the extensions of the GraphQL error. */
export interface PrintedError {
  readonly code: string;
  readonly message: string;
  readonly [extension: string]: unknown;
}

/** Whether --json is among the arguments. Wrong usage is found before they are parsed. */
export function isJsonWanted(args: readonly string[] = process.argv.slice(2)): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).includes('--json');
}

/** The error as one line of JSON, without keys and tokens. */
export function errorJson(error: PrintedError): string {
  return safeJson({ error }, (text) => withoutKeys(text));
}
