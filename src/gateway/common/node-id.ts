import { iccidPattern } from '../../sim-api/index.ts';

/** The global id of a SIM: it encodes the ICCID, so it is the same on every replica and for ever. */
export function simNodeId(iccid: string): string {
  return Buffer.from(`Sim:${iccid}`).toString('base64url');
}

/** The ICCID in a global id, or undefined where the id is no SIM's. */
export function iccidOfNodeId(id: string): string | undefined {
  const [type, iccid] = Buffer.from(id, 'base64url').toString('latin1').split(':');
  if (type !== 'Sim' || iccid === undefined || !iccidPattern.test(iccid)) return undefined;
  return id === simNodeId(iccid) ? iccid : undefined;
}
