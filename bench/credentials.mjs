/** Credentials for gateways that are measured with AUTH=apikey or AUTH=jwt. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const scopes = ['READ', 'COST', 'CONTROL', 'SMS', 'CLOSE', 'AUDIT', 'PERSONAL'];
const audience = 'bench';
const kid = 'bench';

/** The method of a gateway with these settings: `apikey`, `jwt` or null. */
export const methodOf = ({ AUTH = 'none' }) => (AUTH === 'none' ? null : AUTH);

/**
 * Prepares what a gateway with a method needs. Returns `env`, its settings, and `authorize`, which takes the URL of the running gateway and
 * returns the value of the header Authorization of a caller with all scopes.
 */
export async function prepareCredentials(method) {
  if (method === 'apikey') {
    const adminToken = randomBytes(24).toString('hex');
    return { env: { ADMIN_TOKEN: adminToken }, authorize: (url) => createApiKey(url, adminToken) };
  }
  const { issuer, token } = await startIssuer();
  return { env: { JWT_ISSUER: issuer, JWT_AUDIENCE: audience }, authorize: async () => `Bearer ${token}` };
}

async function createApiKey(url, adminToken) {
  const answer = await fetch(new URL('/admin/keys', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', scopes }),
  });
  const { key } = await answer.json();
  if (key === undefined) throw new Error(`The gateway created no API key: HTTP ${answer.status}`);
  return `Bearer ${key}`;
}

/** Starts a token issuer in this process, and signs a token that outlives the benchmark. The server does not keep the process alive. */
async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] };
  const server = createServer((request, response) => {
    const isConfiguration = request.url.startsWith('/.well-known/');
    const answer = isConfiguration ? { issuer, jwks_uri: `${issuer}/keys` } : jwks;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const token = await new SignJWT({ scope: scopes.join(' ') })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('bench')
    .setExpirationTime('1d')
    .sign(privateKey);
  return { issuer, token };
}
