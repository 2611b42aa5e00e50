import type { TypeMapping } from './type-mapping';

/** PostgreSQL drops the zeros at the end of a fraction of a second. */
function trimmed(text: string): string {
  return `RTRIM(RTRIM(${text}, '0'), '.')`;
}

const common = { source: (column: string) => column, enclosed: false, lossy: false, orderable: true } as const;

/** Types of dates and times. Beyond the years 1 to 9999, and for `infinity` and 24:00, Snowflake has no place. */
export const TEMPORAL_TYPES: Readonly<Record<string, TypeMapping>> = {
  date: {
    ...common,
    target: 'DATE',
    tryLoad: (text) => `TRY_TO_DATE(${text})`,
    text: (column) => `TO_VARCHAR(${column}, 'YYYY-MM-DD')`,
  },
  time: {
    ...common,
    target: 'TIME(6)',
    tryLoad: (text) => `TRY_TO_TIME(${text})`,
    text: (column) => trimmed(`TO_VARCHAR(${column}, 'HH24:MI:SS.FF6')`),
  },
  timestamp: {
    ...common,
    target: 'TIMESTAMP_NTZ(6)',
    tryLoad: (text) => `TRY_TO_TIMESTAMP_NTZ(${text})`,
    text: (column) => trimmed(`TO_VARCHAR(${column}, 'YYYY-MM-DD HH24:MI:SS.FF6')`),
  },
  // An instant in both. PostgreSQL prints it for the session's time zone, which is UTC; Snowflake stores the offset +00 with it.
  timestamptz: {
    ...common,
    target: 'TIMESTAMP_TZ(6)',
    tryLoad: (text) => `TRY_TO_TIMESTAMP_TZ(${text})`,
    text: (column) => `${trimmed(`TO_VARCHAR(CONVERT_TIMEZONE('UTC', ${column}), 'YYYY-MM-DD HH24:MI:SS.FF6')`)} || '+00'`,
  },
};
