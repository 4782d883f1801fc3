import type { SimKey } from '../../changes/index.ts';
import { argumentPathOf, badUserInput, GatewayError } from '../../errors/index.ts';
import { decodeNodeId } from './node-id.ts';

/** A reference to a SIM by one of its keys. */
interface NamedSim {
  readonly iccid?: string | null;
  readonly eid?: string | null;
  /** Global id. */
  readonly id?: string | null;
}

/** The key in a reference to a SIM; the error BAD_USER_INPUT if the id is not the global id of a SIM. `field` is the path of the reference. */
export function keyOrError(ref: NamedSim, field: string): SimKey | GatewayError {
  return keyOrNone(ref) ?? badUserInput(`${field}.id`, 'must be the global id of a SIM, as Sim.id gives it');
}

/** The key in a reference to a SIM. Errors: BAD_USER_INPUT if the id is not the global id of a SIM. */
export function keyOf(ref: NamedSim, field: string): SimKey {
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

/** The error of a read by a reference. BAD_USER_INPUT, for an EID that several SIMs have, gets the path of the EID. */
export function errorOfRef(error: Error, field: string): Error {
  const isOfRef =
    error instanceof GatewayError &&
    error.code === 'BAD_USER_INPUT' &&
    error.details.argumentPath === undefined;
  if (!isOfRef) return error;
  return new GatewayError(error.code, {
    ...error.details,
    message: error.message,
    argumentPath: argumentPathOf(`${field}.eid`),
  });
}
