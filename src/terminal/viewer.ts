import type { Gateway } from './gateway.ts';
import { VIEWER } from './requests.ts';

/** The caller, as the gateway knows it. */
export interface Viewer {
  readonly actor: string;
  readonly method: string;
  readonly scopes: readonly string[];
  readonly groups: readonly string[] | null;
  readonly expiresAt: string | null;
  readonly environment: string;
}

/** Errors: Refused (UNAUTHENTICATED if the gateway does not accept the key), Unreachable. */
export async function readViewer(gateway: Gateway): Promise<Viewer> {
  const { data } = await gateway.ask<{ viewer: Viewer }>(VIEWER, {});
  return data.viewer;
}
