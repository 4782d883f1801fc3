import { isUnauthenticated, post } from './post.ts';

/** The caller, as the gateway knows it. */
export interface Viewer {
  readonly actor: string;
  readonly method: 'NONE' | 'API_KEY' | 'JWT';
  readonly scopes: readonly string[];
  readonly groups: readonly string[] | null;
  readonly expiresAt: string | null;
  readonly environment: 'SANDBOX' | 'LIVE';
}

/** Why the page asks for a key or token. */
export type Occasion = 'required' | 'invalidated' | 'signed-out' | 'another';

export interface Account {
  /** Null until the gateway has answered, and while it needs a key or token that the page does not have. */
  readonly viewer: Viewer | null;
  /** Whether the gateway refuses requests without a key or token. */
  readonly needsKey: boolean;
  /** Null while the page does not ask for one. */
  readonly asksFor: Occasion | null;
}

const viewerQuery = 'query Viewer { viewer { actor method scopes groups expiresAt environment } }';

/** The API key or token of the page. Only here: a reload forgets it. */
let key: string | null = null;
let account: Account = { viewer: null, needsKey: false, asksFor: null };
const listeners = new Set<() => void>();

function update(change: Partial<Account>): void {
  account = { ...account, ...change };
  for (const listener of listeners) listener();
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const currentAccount = (): Account => account;
export const currentKey = (): string | null => key;

export function authorizationOf(credential: string | null): Record<string, string> {
  return credential === null ? {} : { authorization: `Bearer ${credential}` };
}

/** Reports that the gateway refused a request of the page. `used` is the key of that request: the page may have another one by now. */
export function reportRefusal(used: string | null): void {
  if (used !== key) return;
  key = null;
  const asksFor = used === null ? (account.asksFor ?? 'required') : 'invalidated';
  update({ viewer: null, needsKey: true, asksFor });
}

let isLoading = false;

/** Loads the caller for the page's key, unless it is known. */
export async function loadViewer(): Promise<void> {
  if (account.viewer !== null || isLoading) return;
  isLoading = true;
  const used = key;
  const { answer } = await post({ query: viewerQuery }, authorizationOf(used), new AbortController().signal);
  isLoading = false;
  if (used !== key) return;
  if (isUnauthenticated(answer)) return reportRefusal(used);
  const { viewer } = (answer.data ?? {}) as { viewer?: Viewer | null };
  if (viewer != null) update({ viewer });
}

/**
 * Asks the gateway again whether the SIMs are real: another gateway may have started at this address since the page was opened. Null if
 * it does not say it.
 */
export async function readEnvironment(
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Viewer['environment'] | null> {
  const { answer } = await post({ query: 'query Environment { viewer { environment } }' }, headers, signal);
  const { viewer } = (answer.data ?? {}) as { viewer?: Pick<Viewer, 'environment'> | null };
  if (viewer == null) return null;
  if (account.viewer !== null && account.viewer.environment !== viewer.environment)
    update({ viewer: { ...account.viewer, ...viewer } });
  return viewer.environment;
}

/** The characters of keys and tokens. Others, such as line breaks, are not allowed in a header. */
const keyPattern = /^[\w.~+/=-]+$/;

/** `fault`: why a key or token was not accepted. */
export type SignInResult = 'accepted' | 'aborted' | { readonly fault: string };

/** Verifies a key or token, and uses it from then on. Text before it that belongs to a header (`Bearer`) is ignored. */
export async function signIn(typed: string, signal: AbortSignal): Promise<SignInResult> {
  const candidate = typed.trim().replace(/^(?:authorization:\s*)?bearer\s+/i, '');
  if (candidate === '') return { fault: 'Enter an API key or a token.' };
  if (!keyPattern.test(candidate))
    return { fault: 'A key or token has no spaces, and only letters, digits and . _ ~ + / = -' };
  const { answer } = await post({ query: viewerQuery }, authorizationOf(candidate), signal);
  if (signal.aborted) return 'aborted';
  if (isUnauthenticated(answer))
    return { fault: 'The gateway refused this key or token. It is wrong, expired or revoked.' };
  const { viewer } = (answer.data ?? {}) as { viewer?: Viewer | null };
  if (viewer == null) {
    const [error] = answer.errors ?? [];
    return { fault: `The gateway could not verify it. ${error?.message ?? 'Its answer has no caller.'}` };
  }
  // A gateway that authenticates no callers has not verified it.
  key = viewer.method === 'NONE' ? null : candidate;
  update({ viewer, needsKey: viewer.method !== 'NONE', asksFor: null });
  return 'accepted';
}

export function signOut(): void {
  key = null;
  update({ viewer: null, needsKey: true, asksFor: 'signed-out' });
}

export function askForKey(occasion: Occasion): void {
  update({ asksFor: occasion });
}

export function stopAsking(): void {
  update({ asksFor: null });
}
