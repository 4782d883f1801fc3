import type { SimKey } from '../../changes/index.ts';
import { badUserInput, type GatewayError } from '../../errors/index.ts';
import { decodeNodeId } from './node-id.ts';

/** A SIM by one of its keys, as a client names it. */
interface NamedSim {
  readonly iccid?: string | null;
  readonly eid?: string | null;
  /** Its global id. */
  readonly id?: string | null;
}

/** The key by which a ref names its SIM; BAD_USER_INPUT if its id is no SIM's. */
export function keyOrError(ref: NamedSim, field = 'id'): SimKey | GatewayError {
  return keyOrNone(ref) ?? badUserInput(field, 'must be the global id of a SIM, as Sim.id gives it');
}

/** The same. Errors: BAD_USER_INPUT. */
export function keyOf(ref: NamedSim, field?: string): SimKey {
  const key = keyOrError(ref, field);
  if (key instanceof Error) throw key;
  return key;
}

/** The same; undefined where its id is no SIM's. */
export function keyOrNone({ iccid, eid, id }: NamedSim): SimKey | undefined {
  if (iccid != null) return { iccid };
  if (eid != null) return { eid };
  const key = id == null ? undefined : decodeNodeId(id);
  return key?.type === 'Sim' ? { iccid: key.iccid } : undefined;
}
