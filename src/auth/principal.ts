/** What callers may be allowed to do. No scope includes another. */
export const scopes = ['READ', 'COST', 'CONTROL', 'SMS', 'CLOSE', 'AUDIT', 'PERSONAL'] as const;
export type Scope = (typeof scopes)[number];

/** How a caller has proved who it is. */
export type Method = 'NONE' | 'API_KEY' | 'JWT';

/** An authenticated caller. */
export interface Principal {
  /** Identifies the caller in the audit log, in idempotency keys and in bulk operations. Callers of different methods never have the same. */
  readonly actor: string;
  readonly method: Method;
  readonly scopes: ReadonlySet<Scope>;
  readonly hasAllScopes: boolean;
  /** The only groups whose SIMs the caller may read and change; null: all SIMs. */
  readonly groups: readonly string[] | null;
  /** When the credentials expire; null: never. */
  readonly expiresAt: Date | null;
}

export function createPrincipal(
  facts: Omit<Principal, 'scopes' | 'hasAllScopes'> & { readonly scopes: Iterable<Scope> },
): Principal {
  const own = new Set(facts.scopes);
  return { ...facts, scopes: own, hasAllScopes: own.size === scopes.length };
}

/** The caller of a gateway that does not authenticate callers. */
export const anonymous: Principal = createPrincipal({
  actor: 'anonymous',
  method: 'NONE',
  scopes,
  groups: null,
  expiresAt: null,
});

export function isScope(text: unknown): text is Scope {
  return scopes.some((scope) => scope === text);
}
