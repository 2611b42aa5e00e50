import type { SourceColumn } from './source-table';
import type { TypeMapping } from './type-mapping';

/** What stands in Snowflake instead of a value: nothing of it but the last characters, or a keyed hash that is equal for equal values. */
export type Mask = { readonly kind: 'hash' } | { readonly kind: 'redact'; readonly keepLast: number };

/** Setting of the PostgreSQL session that holds the secret which makes hashes unguessable. */
export const PEPPER_SETTING = 'holdfast.pepper';

const varchar = { target: 'VARCHAR', text: (column: string) => column, lossy: false, orderable: false } as const;

/** The mapping of a masked column. The value is masked in PostgreSQL: it never leaves it. */
export function maskedMapping(_column: SourceColumn, mask: Mask): TypeMapping {
  if (mask.kind === 'hash') {
    return { ...varchar, enclosed: false, source: (column) => `encode(sha256(convert_to(current_setting('${PEPPER_SETTING}') || ${column}::text, 'UTF8')), 'hex')` };
  }
  const { keepLast } = mask;
  // Values as short as what is kept are hidden whole.
  return {
    ...varchar,
    enclosed: true,
    source: (column) => `CASE WHEN length(${column}::text) > ${keepLast} THEN repeat('*', length(${column}::text) - ${keepLast}) || right(${column}::text, ${keepLast}) ELSE repeat('*', length(${column}::text)) END`,
  };
}
