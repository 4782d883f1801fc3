import type { Api } from './api.ts';
import type { Shown } from './shown.ts';

/** MUST: the gateway relies on it. SHOULD: the contract says so, the gateway tolerates a deviation. MAY: the contract leaves it open. */
export const levels = ['MUST', 'SHOULD', 'MAY'] as const;
export type Level = (typeof levels)[number];

/** A statement about the answers of the SIM API, and the function that verifies it. */
export interface Check {
  /** What is read, a dot, what must hold. */
  readonly id: string;
  readonly level: Level;
  /** The row of the contract and its evidence: S the vendor's page, C a public client, C≠ clients that disagree, I inferred. */
  readonly source: string;
  readonly title: string;
  /** Passes if it returns, with or without a remark. Errors: Ended with any other result. */
  run(api: Api): Promise<Shown | undefined>;
}
