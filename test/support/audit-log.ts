import type { RunningGateway } from './gateway.ts';
import { askWith } from './graphql-client.ts';
import { waitFor } from './wait-for.ts';

/** An entry of the audit log, as queried from the gateway. */
export interface ShownEntry {
  id: string;
  at: string;
  actor: string;
  action: string;
  simCount: number;
  arguments: string;
  outcome: string;
  errorCode: string | null;
  requestId: string;
  iccids: string[];
}

const query = `query ($iccid: ICCID) { auditLog(first: 500, iccid: $iccid) { nodes {
  id at action actor simCount arguments outcome errorCode requestId iccids(first: 500) } } }`;

export async function readAuditLog(gateway: RunningGateway, iccid?: string): Promise<ShownEntry[]> {
  const { data } = await gateway.ask<{ auditLog: { nodes: ShownEntry[] } }>(query, { iccid });
  return data.auditLog.nodes;
}

let requests = 0;

/**
 * Runs a mutation and returns its audit log entries once all of them are completed; a slow database may write the completion after
 * the answer.
 */
export async function recorded(
  gateway: RunningGateway,
  mutation: string,
  variables: object = {},
): Promise<ShownEntry[]> {
  requests += 1;
  const requestId = `recorded-${requests}`;
  await askWith(gateway, { 'x-request-id': requestId }, mutation, variables);
  let entries: ShownEntry[] = [];
  await waitFor(async () => {
    entries = (await readAuditLog(gateway)).filter((entry) => entry.requestId === requestId);
    return entries.every(({ outcome }) => outcome !== 'OPEN');
  });
  return entries;
}
