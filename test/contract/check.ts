import type { Api } from './api.ts';
import type { Shown } from './shown.ts';

/** What the gateway relies on; what the contract says and the gateway could bear otherwise; what is open and worth knowing. */
export const levels = ['MUST', 'SHOULD', 'MAY'] as const;
export type Level = (typeof levels)[number];

/** One sentence about what the SIM API answers, and how to find out whether it is true. */
export interface Check {
  /** What is asked, a dot, what is to be so. */
  readonly id: string;
  readonly level: Level;
  /** The row of the contract, and how sure it is: S the vendor's page, C a public client, C≠ clients that disagree, I inferred. */
  readonly source: string;
  readonly title: string;
  /** Passes when it comes to its end, with a remark or without. Errors: Ended with any other result. */
  run(api: Api): Promise<Shown | undefined>;
}
