import { iccidPattern } from '../../sim-api/index.ts';

/** The key that a global id encodes: the ICCID of a SIM, the name of a group, or the UUID of a bulk operation. */
export type NodeKey =
  | { readonly type: 'Sim'; readonly iccid: string }
  | { readonly type: 'SimGroup'; readonly name: string }
  | { readonly type: 'BulkOperation'; readonly uuid: string };

/** The global id of a SIM. It encodes the ICCID, so it is the same on every replica and never changes. */
export function simNodeId(iccid: string): string {
  return Buffer.from(`Sim:${iccid}`).toString('base64url');
}

/** The global id of a group: it encodes the name. */
export function groupNodeId(name: string): string {
  return Buffer.from(`SimGroup:${name}`).toString('base64url');
}

export function bulkOperationNodeId(uuid: string): string {
  return Buffer.from(`BulkOperation:${uuid}`).toString('base64url');
}

/** The form of ids in the gateway's own tables. */
export const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Decodes a global id; undefined if the text is not one. */
export function decodeNodeId(id: string): NodeKey | undefined {
  const [, type, key = ''] =
    /^(Sim|SimGroup|BulkOperation):(.+)$/s.exec(Buffer.from(id, 'base64url').toString()) ?? [];
  if (type === 'SimGroup' && id === groupNodeId(key)) return { type, name: key };
  if (type === 'Sim' && iccidPattern.test(key) && id === simNodeId(key)) return { type, iccid: key };
  if (type === 'BulkOperation' && uuidPattern.test(key) && id === bulkOperationNodeId(key))
    return { type, uuid: key };
  return undefined;
}
