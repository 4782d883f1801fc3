import { createHmac } from 'node:crypto';
import { createKey, encoded, type IssuerKey, paths, signToken, type TestIssuer } from './issuer.ts';

/** Keys of an issuer whose tokens are attacked. */
export const attackedKeys = {
  rsa: createKey('RS256'),
  ec: createKey('ES256'),
  edwards: createKey('EdDSA'),
  /** Of an algorithm that the gateway does not accept. */
  pss: createKey('PS256'),
} as const;
const { rsa, ec, pss } = attackedKeys;

/** The key of an attacker, under the id of a key of the issuer. */
export const stolenId: IssuerKey = createKey('RS256', rsa.kid);

/** A name, and a function that makes what the attacker sends. */
type Attack<Sent> = [name: string, make: () => Sent];

const part = (token: string, place: number) => token.split('.')[place] ?? '';

/** The values of the header Authorization that an attacker sends; undefined: no header. */
export function attacksOn(issuer: TestIssuer, attacker: TestIssuer): Attack<string | undefined>[] {
  const tokens = [
    ...malformed(issuer),
    ...ofAlgorithms(issuer),
    ...ofClaims(issuer, attacker),
    ...ofHeaders(issuer, attacker),
    ...ofSignatures(issuer, attacker),
  ];
  return [
    ['no credentials', () => undefined],
    ['an empty header', () => ''],
    ['the scheme Basic', () => `Basic ${Buffer.from('alice:secret').toString('base64')}`],
    ['the scheme Basic and a token', () => `Basic ${issuer.sign()}`],
    ['the scheme DPoP and a token', () => `DPoP ${issuer.sign()}`],
    ['a token without scheme', () => issuer.sign()],
    ['no token', () => 'Bearer'],
    ['an empty token', () => 'Bearer '],
    ['two tokens in one header', () => `Bearer ${issuer.sign()}, Bearer ${issuer.sign()}`],
    ['two tokens and a space', () => `Bearer ${issuer.sign()} ${issuer.sign()}`],
    ...tokens.map(([name, make]): Attack<string> => [name, () => `Bearer ${make()}`]),
  ];
}

function malformed(issuer: TestIssuer): Attack<string>[] {
  return [
    ['garbage', () => 'garbage'],
    ['garbage with two dots', () => 'gar.ba.ge'],
    ['only dots', () => '..'],
    ['a token of 13 000 characters', () => issuer.sign({ padding: 'x'.repeat(9300) })],
    ['an encrypted token', () => `${encoded({ alg: 'dir', enc: 'A256GCM' })}..${encoded('iv')}.e30.e30`],
    ['five parts of which three are a token', () => `${issuer.sign()}.x.x`],
    ['a token in JSON', () => encoded({ payload: part(issuer.sign(), 1), signatures: [] })],
    ['claims that are a list', () => signToken(rsa, {}, '[]')],
    ['claims that are no JSON', () => signToken(rsa, {}, '{')],
  ];
}

function ofAlgorithms(issuer: TestIssuer): Attack<string>[] {
  const hs256 = (secret: string | Buffer, alg = 'HS256') => {
    const signed = `${encoded({ alg, kid: rsa.kid })}.${encoded(issuer.claims())}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  };
  const pem = (type: 'spki' | 'pkcs1') => rsa.publicKey.export({ format: 'pem', type }).toString();
  const unsigned = (alg: string, signature: string) =>
    `${encoded({ alg, kid: rsa.kid })}.${encoded(issuer.claims())}.${signature}`;
  return [
    ...['none', 'None', 'NONE', 'nOnE', ''].flatMap((alg): Attack<string>[] => [
      [`alg "${alg}" and no signature`, () => unsigned(alg, '')],
      [`alg "${alg}" and a signature`, () => unsigned(alg, part(issuer.sign(), 2))],
    ]),
    ['RS256 and no signature', () => unsigned('RS256', '')],
    ['no alg', () => issuer.sign({}, { alg: undefined })],
    ['alg as a list', () => issuer.sign({}, { alg: ['RS256'] })],
    ['alg in lower case', () => issuer.sign({}, { alg: 'rs256' })],
    ['HS256 with the public key as PEM', () => hs256(pem('spki'))],
    ['HS256 with the public key as PEM without line break', () => hs256(pem('spki').trim())],
    ['HS256 with the public key as PEM of PKCS 1', () => hs256(pem('pkcs1'))],
    ['HS256 with the public key as JWK', () => hs256(JSON.stringify(rsa.jwk))],
    ['HS256 with the modulus', () => hs256(Buffer.from(rsa.jwk.n ?? '', 'base64url'))],
    ['HS256 with an empty secret', () => hs256('')],
    ['a signature of HS256 under the name RS256', () => hs256(pem('spki'), 'RS256')],
    ['an algorithm that is not in JWT_ALGORITHMS', () => signToken(pss, {}, issuer.claims())],
    ['the algorithm of another type of key', () => issuer.sign({}, { alg: 'ES256' })],
  ];
}

function ofClaims(issuer: TestIssuer, attacker: TestIssuer): Attack<string>[] {
  const now = () => Math.floor(Date.now() / 1000);
  return [
    ['another audience', () => issuer.sign({ aud: 'other' })],
    ['an empty list of audiences', () => issuer.sign({ aud: [] })],
    ['another issuer', () => issuer.sign({ iss: attacker.url })],
    ['the issuer with a slash', () => issuer.sign({ iss: `${issuer.url}/` })],
    ...['aud', 'iss', 'exp', 'sub'].map(
      (claim): Attack<string> => [`no ${claim}`, () => issuer.sign({ [claim]: undefined })],
    ),
    ['an empty subject', () => issuer.sign({ sub: '' })],
    ['exp a minute ago', () => issuer.sign({ exp: now() - 60 })],
    ['exp as a text', () => issuer.sign({ exp: String(now() + 600) })],
    ['exp in a million years', () => issuer.sign({ exp: now() + 3e13 })],
    ['nbf in the future', () => issuer.sign({ nbf: now() + 3600, exp: now() + 7200 })],
  ];
}

function ofHeaders(issuer: TestIssuer, attacker: TestIssuer): Attack<string>[] {
  const kids = ['../../etc/passwd', '/dev/null', "' or 1=1 --", 'RS256\r\nx-evil: 1', '', '__proto__'];
  const address = () => `${attacker.url}${paths.keys}`;
  /** Signed by the attacker. */
  const forged = (header: object) => attacker.sign(issuer.claims(), header);
  return [
    ...kids.map(
      (kid): Attack<string> => [`the key id ${JSON.stringify(kid)}`, () => issuer.sign({}, { kid })],
    ),
    ['a key id that is an address', () => forged({ kid: address() })],
    ['a key id that is a number', () => issuer.sign({}, { kid: 0 })],
    ['a key id that is a list', () => issuer.sign({}, { kid: [rsa.kid] })],
    ['the id of another key', () => issuer.sign({}, { kid: ec.kid })],
    ['its own key', () => forged({ jwk: stolenId.jwk })],
    ['its own key and no key id', () => forged({ jwk: stolenId.jwk, kid: undefined })],
    ['the address of its own keys', () => forged({ jku: address() })],
    ['the address of its own keys and no key id', () => forged({ jku: address(), kid: undefined })],
    ['the address of its own certificate', () => forged({ x5u: `${attacker.url}/certificate` })],
    ['its own certificate', () => forged({ x5c: [encoded('certificate')], x5t: 'x' })],
    ['an unknown critical header', () => issuer.sign({}, { crit: ['limit'], limit: 1 })],
    ['an empty list of critical headers', () => issuer.sign({}, { crit: [] })],
    ['claims that are not encoded', () => issuer.sign({}, { crit: ['b64'], b64: false })],
    ['the type of a logout token', () => issuer.sign({}, { typ: 'logout+jwt' })],
  ];
}

function ofSignatures(issuer: TestIssuer, attacker: TestIssuer): Attack<string>[] {
  const withParts = (change: (parts: [string, string, string]) => string[]) => {
    const token = issuer.sign();
    return change([part(token, 0), part(token, 1), part(token, 2)]).join('.');
  };
  const zeros = Buffer.alloc(64).toString('base64url');
  return [
    ['a token of another issuer', () => attacker.sign({ iss: attacker.url })],
    ['a signature of another key with the id of a real one', () => attacker.sign(issuer.claims())],
    [
      'a changed claim',
      () =>
        withParts(([head, , signature]) => [
          head,
          encoded({ ...issuer.claims(), scope: 'close' }),
          signature,
        ]),
    ],
    [
      'a changed header',
      () =>
        withParts(([, claims, signature]) => [
          encoded({ alg: 'RS256', kid: rsa.kid, typ: 'JWT' }),
          claims,
          signature,
        ]),
    ],
    ['a signature that is cut', () => issuer.sign().slice(0, -4)],
    [
      'a signature of zeros',
      () => `${encoded({ alg: 'ES256', kid: ec.kid })}.${encoded(issuer.claims())}.${zeros}`,
    ],
  ];
}
