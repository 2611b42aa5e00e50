/** The size initdb chooses for the files of the write-ahead log. */
const SEGMENT_BYTES = 16n * 1024n * 1024n;
const SEGMENTS_PER_LOG_ID = 0x1_0000_0000n / SEGMENT_BYTES;

/** Reads a log position such as `1/6B374D48` as a number of bytes. */
export function lsnToBytes(lsn: string): bigint {
  const match = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(lsn);
  if (!match) throw new Error(`log position ${JSON.stringify(lsn)} must be two hexadecimal numbers with a slash between them`);
  return (BigInt(`0x${match[1]}`) << 32n) + BigInt(`0x${match[2]}`);
}

/** Names the log file that ends with the position: a position on a boundary belongs to the file before it. */
export function walFileName(timeline: string, lsn: string): string {
  const segment = (lsnToBytes(lsn) - 1n) / SEGMENT_BYTES;
  const part = (value: bigint): string => value.toString(16).toUpperCase().padStart(8, '0');
  return timeline + part(segment / SEGMENTS_PER_LOG_ID) + part(segment % SEGMENTS_PER_LOG_ID);
}
