import type { LogPosition } from './contract';

/** Whether a position in the write-ahead log is at or after another; an unknown position is before every other. */
export function isAtLeast(position: LogPosition | null, other: LogPosition): boolean {
  return position !== null && valueOf(position) >= valueOf(other);
}

/** `16/B374D848` is two hexadecimal halves of 32 bits: https://www.postgresql.org/docs/current/datatype-pg-lsn.html */
function valueOf(position: LogPosition): bigint {
  const [high = '0', low = '0'] = position.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
