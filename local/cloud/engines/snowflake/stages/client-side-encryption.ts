import { createDecipheriv, type Decipheriv } from 'node:crypto';
import type { ObjectMetadata } from './object-store';

/** The metadata that the driver writes beside an encrypted file (snowflake-sdk 3.3.0, file_transfer_agent/s3_util.js). */
const KEY = 'x-amz-key';
const IV = 'x-amz-iv';

/**
 * Returns what decrypts a staged file, or undefined when the file was stored as it is.
 *
 * The driver encrypts the body with AES-CBC under a key of its own, which it wraps with AES-ECB under the stage's
 * master key: both of the master key's size.
 */
export function decipherFor(metadata: ObjectMetadata, masterKey: string): Decipheriv | undefined {
  const wrapped = metadata[KEY];
  const iv = metadata[IV];
  if (wrapped === undefined || iv === undefined) return undefined;
  const master = Buffer.from(masterKey, 'base64');
  const unwrap = createDecipheriv(`aes-${master.length * 8}-ecb`, master, null);
  const fileKey = Buffer.concat([unwrap.update(Buffer.from(wrapped, 'base64')), unwrap.final()]);
  return createDecipheriv(`aes-${fileKey.length * 8}-cbc`, fileKey, Buffer.from(iv, 'base64'));
}
