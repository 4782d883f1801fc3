/** A bulk operation as the gateway tells of it. */
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
  /** Those of the succeeded whose state is still on its way. */
  readonly settling: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  /** Why it failed as a whole, or what it waits for at the moment. */
  readonly error: { readonly code: string; readonly message: string; readonly retryable: boolean } | null;
}

/** What became of one SIM of an operation. */
export interface OperationResult {
  readonly iccid: string | null;
  /** The EID that named the SIM. */
  readonly eid: string | null;
  readonly outcome: string;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly retryable: boolean;
    readonly simApi: { readonly code: string; readonly description: string | null } | null;
  } | null;
}

/** Every outcome that a SIM can have. */
export const OUTCOMES = ['SUCCEEDED', 'FAILED', 'UNKNOWN', 'NOT_SENT'] as const;

/** True when nothing more will become of it. */
export function hasEnded({ status }: Operation): boolean {
  return ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'CANCELED', 'FAILED'].includes(status);
}

/** True when every one of its SIMs succeeded. */
export function isAllDone({ status, failed, unknown, notSent }: Operation): boolean {
  return status === 'COMPLETED' && failed + unknown + notSent === 0;
}

/** SIMs of which nothing more is awaited. */
export function doneSims({ succeeded, failed, unknown, notSent, settling }: Operation): number {
  return Math.max(0, succeeded + failed + unknown + notSent - settling);
}

/** SIMs that were sent and are on their way to the state asked for. */
export function simsInTransition({ succeeded, settling }: Operation): number {
  return Math.min(settling, succeeded);
}
