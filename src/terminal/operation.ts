/** The fields of a BulkOperation that the CLI reads. */
export interface Operation {
  readonly id: string;
  readonly action: string;
  readonly status: string;
  readonly total: number;
  readonly sent: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly unknown: number;
  readonly notSent: number;
  /** Succeeded SIMs that are still in transition to their state. */
  readonly settling: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  /** Why the operation failed as a whole, or what it waits for now. */
  readonly error: { readonly code: string; readonly message: string; readonly retryable: boolean } | null;
}

/** The outcome of one SIM of an operation. */
export interface OperationResult {
  readonly iccid: string | null;
  /** The EID by which the SIM was named. */
  readonly eid: string | null;
  readonly outcome: string;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly retryable: boolean;
    readonly simApi: { readonly code: string; readonly description: string | null } | null;
  } | null;
}

export const OUTCOMES = ['SUCCEEDED', 'FAILED', 'UNKNOWN', 'NOT_SENT'] as const;

export function hasEnded({ status }: Operation): boolean {
  return ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'CANCELED', 'FAILED'].includes(status);
}

/** Whether all SIMs of a completed operation succeeded. */
export function isAllDone({ status, failed, unknown, notSent }: Operation): boolean {
  return status === 'COMPLETED' && failed + unknown + notSent === 0;
}

/** Number of SIMs with an outcome that are not in transition. */
export function doneSims({ succeeded, failed, unknown, notSent, settling }: Operation): number {
  return Math.max(0, succeeded + failed + unknown + notSent - settling);
}

/** Number of SIMs that were sent and are in transition to the requested state. */
export function simsInTransition({ succeeded, settling }: Operation): number {
  return Math.min(settling, succeeded);
}
