/** RFC 3339 as the States Language narrows it: an upper-case `T`, and an offset or an upper-case `Z`. */
const TIMESTAMP = /^\d{4}-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** The timestamp in milliseconds of Unix time, or undefined for text that is none (https://states-language.net/spec.html#timestamps). */
export function parseTimestamp(text: string): number | undefined {
  const fields = TIMESTAMP.exec(text);
  if (!fields) return undefined;
  const epochMs = Date.parse(text);
  // Date.parse rolls 30 February over to March; the States Language has no such day.
  const isRealDay = Number(fields[2]) <= new Date(Date.UTC(Number(text.slice(0, 4)), Number(fields[1]), 0)).getUTCDate();
  return Number.isNaN(epochMs) || !isRealDay ? undefined : epochMs;
}
