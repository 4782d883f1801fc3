import { commaSeparated } from './comma-separated.ts';

/** Scheme and host of a page, with an optional port and a final slash. Excludes all syntax that changes the host of a URL. */
const originPattern = /^https?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?\/?$/i;

/** Whether a text is a list of origins of web pages, separated by commas. Empty entries have no effect. */
export function isOriginList(text: string): boolean {
  return commaSeparated(text).every((entry) => originPattern.test(entry) && URL.canParse(entry));
}

/** Error text for a value that `isOriginList` refuses. */
export const originListRule =
  'must be origins separated by commas, each with http or https and its host, without a path, for example https://app.example.com, http://localhost:5173; a host with other letters than a to z in its xn-- form; * is not supported: every page on the internet could then change SIMs';

/** The origins of a list in the form of the header Origin: lower case, without a default port and a final slash. */
export function originsOf(list: string): string[] {
  return commaSeparated(list).map((entry) => new URL(entry).origin);
}
