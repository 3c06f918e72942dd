/** JSON Web Tokens with ES256, and the public key as others read it. RFC 7515, 7518 and 7517. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}
export type Claims = Readonly<Record<string, unknown>>;

const header = (id: string): string => encode({ alg: 'ES256', kid: id });
/** The signature as two numbers side by side, not as ASN.1. */
const dsaEncoding = 'ieee-p1363';

/** `pem`: PKCS#8, P-256. */
export function signingKey(pem: string): SigningKey {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  const id = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
  return { id, privateKey, publicKey };
}

export function signToken({ id, privateKey }: SigningKey, claims: Claims): string {
  const text = `${header(id)}.${encode(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding }).toString('base64url')}`;
}

/** The claims when the signature is this key's; undefined for anything else. Says nothing about time. */
export function readToken({ id, publicKey }: SigningKey, token: string): Claims | undefined {
  const [head = '', body = '', signature = '', ...rest] = token.split('.');
  const { alg, kid } = decode(head) ?? {};
  if (rest.length > 0 || alg !== 'ES256' || kid !== id) return undefined;
  const isOurs = verify('sha256', Buffer.from(`${head}.${body}`), { key: publicKey, dsaEncoding }, Buffer.from(signature, 'base64url'));
  return isOurs ? decode(body) : undefined;
}

/** For `/openid/v1/jwks`. */
export function jwks({ id, publicKey }: SigningKey): object {
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  return { keys: [{ use: 'sig', kty, kid: id, alg: 'ES256', crv, x, y }] };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
function decode(text: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    // Not a token of ours, which is all that is asked.
    return undefined;
  }
}
