import { notOfExtension, USER_SCHEMA } from './structure-queries';

/** Tables that hold rows of their own. Unlogged tables are left out: they come back empty from any physical copy. A materialized view may have none yet. */
const HOLDS_ROWS = `c.relkind IN ('r', 'm') AND c.relpersistence = 'p' AND c.relispopulated AND ${USER_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}`;

export const TABLES_QUERY = `
  SELECT n.nspname AS schema, c.relname AS name, c.oid::regclass::text AS label
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${HOLDS_ROWS} ORDER BY label`;

/** What the reader would not see, or see only in part: without rights a sequence shows no position, and row-level security hides rows. */
export const UNREADABLE_QUERY = `
  SELECT c.oid::regclass::text || CASE WHEN row_security_active(c.oid) THEN ' (row-level security)' ELSE '' END AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE (${HOLDS_ROWS} AND (NOT has_schema_privilege(n.oid, 'USAGE') OR NOT has_table_privilege(c.oid, 'SELECT') OR row_security_active(c.oid)))
      OR (c.relkind = 'S' AND c.relpersistence = 'p' AND ${USER_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')} AND NOT has_sequence_privilege(c.oid, 'SELECT'))
   ORDER BY name`;

/** A sequence that was never used stands one step before its start. One that starts over tells nothing by its position. */
export const SEQUENCES_QUERY = `
  SELECT format('%I.%I', schemaname, sequencename) AS name, coalesce(last_value, start_value - increment_by)::text AS "lastValue", increment_by > 0 AS ascending
    FROM pg_sequences WHERE NOT cycle ORDER BY name`;

export const INVALID_INDEXES_QUERY = `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid OR NOT indisready ORDER BY name`;

/** Text forms of values depend on these; both sides of a comparison use the same. */
export const CANONICAL_SETTINGS = `
  SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'iso_8601'; SET TimeZone = 'UTC'; SET extra_float_digits = 1; SET bytea_output = 'hex';
  SET xmloption = 'content'; SET lc_monetary = 'C'; SET search_path = pg_catalog; SET row_security = off`;
