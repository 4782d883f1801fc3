/** Public API of the auth module: who a caller is, and what it may do. */
export { type ApiKeyRow, type ApiKeyStore, actorOf, createApiKeyStore, noSuchKey } from './api-key.store.ts';
export { apiKeyPrefix, createApiKey } from './api-key-format.ts';
export { createApiKeyVerifier } from './api-keys.ts';
export { type Authenticate, bearerTokenOf, createAuthenticate, type Verifier } from './authenticator.ts';
export { createJwtVerifier } from './jwt.ts';
export {
  anonymous,
  createPrincipal,
  type Method,
  type Principal,
  type Scope,
  scopes,
} from './principal.ts';
