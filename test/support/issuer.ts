import { constants, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JwtSettings } from '../../src/base/auth-settings.ts';
import { ownAddress } from './relay.ts';

/** A key pair of a token issuer. */
export interface IssuerKey {
  readonly alg: Algorithm;
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public key as the issuer publishes it. */
  readonly jwk: JsonWebKey & { readonly kid?: string };
}

export type Algorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

export function createKey(alg: Algorithm, kid: string = alg): IssuerKey {
  const { privateKey, publicKey } = keyPairOf(alg);
  return {
    ...{ alg, kid, privateKey, publicKey },
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
  };
}

function keyPairOf(alg: Algorithm) {
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/** The signature of `text`. It uses Node.js alone, so that the package under test does not check itself. */
function signatureOf(text: string, { alg, privateKey }: IssuerKey): string {
  const bytes = Buffer.from(text);
  if (alg === 'EdDSA') return sign(null, bytes, privateKey).toString('base64url');
  const padding = alg === 'PS256' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const options = alg === 'ES256' ? { dsaEncoding: 'ieee-p1363' as const } : { padding, saltLength: 32 };
  return sign('sha256', bytes, { key: privateKey, ...options }).toString('base64url');
}

export const encoded = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A token with exactly these members; a payload as a text is signed as it is. */
export function signToken(key: IssuerKey, header: object, payload: object | string): string {
  const signed = `${encoded({ alg: key.alg, kid: key.kid, ...header })}.${encoded(payload)}`;
  return `${signed}.${signatureOf(signed, key)}`;
}

/** The audience of the gateways under test. */
export const audience = 'sim-gateway';

/** The paths of an issuer. */
export const paths = { configuration: '/.well-known/openid-configuration', keys: '/keys' } as const;

type Handler = (path: string, response: ServerResponse) => void;

/** A token issuer: it publishes its configuration and keys over HTTP and signs tokens. */
export class TestIssuer {
  /** The keys that it publishes. */
  published: object[];
  /** Answers in place of the issuer. */
  answer: Handler | null = null;
  /** Paths of all requests. */
  readonly requests: string[] = [];
  private readonly server: Server;
  private readonly host = ownAddress();
  private port = 0;

  constructor(readonly keys: readonly IssuerKey[]) {
    this.published = keys.map(({ jwk }) => jwk);
    this.server = createServer(({ url = '' }, response) => {
      this.requests.push(url);
      (this.answer ?? this.serve)(url, response);
    });
  }

  get url(): string {
    return `http://${this.host}:${this.port}`;
  }

  get keyReads(): number {
    return this.requests.filter((path) => path === paths.keys).length;
  }

  get settings(): JwtSettings {
    const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
    return { issuer: this.url, audiences: [audience], jwksUrl: null, algorithms, scopesClaim: 'scope' };
  }

  /** Settings of a gateway that trusts this issuer. */
  get env() {
    return { AUTH: 'jwt', JWT_ISSUER: this.url, JWT_AUDIENCE: audience } as const;
  }

  readonly serve: Handler = (path, response) => {
    if (path === paths.configuration)
      this.send(response, { issuer: this.url, jwks_uri: this.url + paths.keys });
    else if (path === paths.keys) this.send(response, { keys: this.published });
    else response.writeHead(404).end();
  };

  send(response: ServerResponse, document: unknown): void {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  }

  /** The claims of a valid token at `nowMs`, for ten minutes. */
  claims(nowMs = Date.now()): Record<string, unknown> {
    const now = Math.floor(nowMs / 1000);
    return { iss: this.url, aud: audience, sub: 'alice', iat: now, exp: now + 600, scope: 'read' };
  }

  /** A token with the claims of a valid one and these; undefined removes a claim. */
  sign(claims: object = {}, header: object = {}, key: IssuerKey = this.firstKey): string {
    return signToken(key, header, { ...this.claims(), ...claims });
  }

  get firstKey(): IssuerKey {
    const [key] = this.keys;
    if (key === undefined) throw new Error('this issuer has no key');
    return key;
  }

  /** Listens, after a stop at the same address. */
  async start(): Promise<this> {
    await once(this.server.listen(this.port, this.host), 'listening');
    ({ port: this.port } = this.server.address() as AddressInfo);
    return this;
  }

  /** Refuses connections. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server.close(), 'close');
    this.server.closeAllConnections();
    await closed;
  }
}
