import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { User } from '../catalog/objects';
import { loginFailure } from './login-request';

interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly exp: number;
}

/**
 * Checks a key-pair token: RS256 signature by one of the user's two registered keys, the key's fingerprint in `iss`,
 * account and user in `iss` and `sub`, and the expiry. The driver writes `exp` in milliseconds, where JWT has seconds
 * (snowflake-sdk 3.3.0, authentication/auth_keypair.js); Snowflake takes both.
 */
export function verifyKeyPair(token: string, user: User, accountName: string, nowMs: number): void {
  const invalid = () => loginFailure('390144', 'JWT token is invalid.');
  const [header, payload, signature] = token.split('.');
  const claims = payload === undefined ? undefined : decode<Claims>(payload);
  if (!header || !payload || !signature || !claims || decode<{ alg?: string }>(header)?.alg !== 'RS256') throw invalid();
  const subject = `${accountName.toUpperCase()}.${user.name}`;
  const signed = [user.rsaPublicKey, user.rsaPublicKey2].some((pem) => {
    const key = pem === undefined ? undefined : publicKey(pem);
    return (
      key !== undefined &&
      claims.iss === `${subject}.${fingerprint(key)}` &&
      verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))
    );
  });
  const expiresAtMs = claims.exp > 1e11 ? claims.exp : claims.exp * 1000;
  if (!signed || claims.sub !== subject || !(expiresAtMs > nowMs)) throw invalid();
}

function decode<T>(part: string): T | undefined {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as T;
  } catch {
    return undefined;
  }
}

/** RSA_PUBLIC_KEY holds the PEM without its frame; with it is fine too. */
function publicKey(text: string): KeyObject | undefined {
  const base64 = text.replace(/-----[A-Z ]+-----/g, '').replace(/\s+/g, '');
  try {
    return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** `SHA256:` and the digest of the key's SPKI, as DESCRIBE USER shows it. */
export function fingerprint(key: KeyObject): string {
  return `SHA256:${createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('base64')}`;
}
