import type { SimKey } from '../../changes/index.ts';
import { badUserInput, type GatewayError } from '../../errors/index.ts';
import { decodeNodeId } from './node-id.ts';

/** A reference to a SIM by one of its keys. */
interface NamedSim {
  readonly iccid?: string | null;
  readonly eid?: string | null;
  /** Global id. */
  readonly id?: string | null;
}

/** The key in a reference to a SIM; the error BAD_USER_INPUT if the id is not the global id of a SIM. */
export function keyOrError(ref: NamedSim, field = 'id'): SimKey | GatewayError {
  return keyOrNone(ref) ?? badUserInput(field, 'must be the global id of a SIM, as Sim.id gives it');
}

/** The key in a reference to a SIM. Errors: BAD_USER_INPUT if the id is not the global id of a SIM. */
export function keyOf(ref: NamedSim, field?: string): SimKey {
  const key = keyOrError(ref, field);
  if (key instanceof Error) throw key;
  return key;
}

/** The key in a reference to a SIM; undefined if the id is not the global id of a SIM. */
export function keyOrNone({ iccid, eid, id }: NamedSim): SimKey | undefined {
  if (iccid != null) return { iccid };
  if (eid != null) return { eid };
  const key = id == null ? undefined : decodeNodeId(id);
  return key?.type === 'Sim' ? { iccid: key.iccid } : undefined;
}
