import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../../gateway/aws-error';

/** Checksums in base64, by the name of their member. */
export type Checksums = Readonly<Partial<Record<ChecksumName, string>>>;

const ALGORITHMS = {
  ChecksumCRC32: (bytes: Buffer) => fourBytes(crc32(bytes)),
  ChecksumCRC32C: (bytes: Buffer) => fourBytes(crc32c(bytes)),
  ChecksumSHA1: (bytes: Buffer) => createHash('sha1').update(bytes).digest(),
  ChecksumSHA256: (bytes: Buffer) => createHash('sha256').update(bytes).digest(),
} as const;

export type ChecksumName = keyof typeof ALGORITHMS;
export const CHECKSUM_NAMES = Object.keys(ALGORITHMS) as ChecksumName[];

/** The checksums that came with the bytes, after they have been compared. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
export function verifiedChecksums(bytes: Buffer, request: object): Checksums {
  const members = request as { readonly ContentMD5?: string; readonly ChecksumCRC64NVME?: string };
  if (members.ContentMD5 !== undefined && members.ContentMD5 !== md5(bytes).toString('base64')) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.', { status: 400 });
  }
  if (members.ChecksumCRC64NVME !== undefined) {
    throw new AwsError('NotImplemented', 'the local cloud verifies the checksums CRC32, CRC32C, SHA1 and SHA256, not CRC64NVME', { status: 501 });
  }
  const given = checksumsIn(request);
  for (const [name, value] of Object.entries(given) as [ChecksumName, string][]) {
    if (ALGORITHMS[name](bytes).toString('base64') !== value) {
      throw new AwsError('BadDigest', `The ${name.replace('Checksum', '')} you specified did not match the calculated checksum.`, { status: 400 });
    }
  }
  return given;
}

/** The checksum members of a structure. */
export function checksumsIn(members: object): Checksums {
  const record = members as Record<string, string | undefined>;
  return Object.fromEntries(CHECKSUM_NAMES.flatMap((name) => (record[name] === undefined ? [] : [[name, record[name]]])));
}

/** The checksum of an object made of parts: that of their checksums. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html#composite-checksums */
export function compositeChecksums(parts: readonly Checksums[]): Checksums {
  const shared = CHECKSUM_NAMES.filter((name) => parts.every((part) => part[name] !== undefined));
  return Object.fromEntries(
    shared.map((name) => {
      const all = Buffer.concat(parts.map((part) => Buffer.from(part[name] ?? '', 'base64')));
      return [name, `${ALGORITHMS[name](all).toString('base64')}-${parts.length}`];
    }),
  );
}

export function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}

function fourBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** Castagnoli's polynomial, reversed. https://www.rfc-editor.org/rfc/rfc3720#section-12.1 */
const CASTAGNOLI = 0x82f63b78;
const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ CASTAGNOLI : value >>> 1;
  return value;
});

function crc32c(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (value >>> 8) ^ (CRC32C_TABLE[(value ^ byte) & 0xff] ?? 0);
  return (value ^ 0xffffffff) >>> 0;
}
