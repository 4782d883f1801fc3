import type { GatewayError } from '../errors/gateway-error.ts';
import type { Rejected } from '../sim-api/index.ts';
import type { Outcome } from './outcome.ts';

/** Where the SIMs of a change are written down before they are sent, and settled after it. */
export interface ChangeEntry {
  /** Marks SIMs as being sent, before they are. False where they must not be. */
  claim(iccids: readonly string[]): Promise<boolean>;
  /** Says what became of a SIM. */
  settle(iccid: string, outcome: Outcome): void;
  /**
   * Says that a SIM may have been changed and could not be read since: it could still tell. `answer` is the error that the SIM API
   * answered the change with, if it answered, and `unread` says why the SIM could not be read.
   */
  doubt(iccid: string, answer: Rejected | null, unread: Error): void;
  /** Says that a SIM was surely not sent, and why; null where the gateway stops. */
  hold(iccid: string, reason: GatewayError | null): void;
}
