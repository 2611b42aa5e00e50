/** Schemas that belong to PostgreSQL or RDS. */
const USER_SCHEMA = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\\_temp%' AND n.nspname NOT LIKE 'pg\\_toast%'`;

/** Objects that an extension brought are covered by the extension's version. */
function notOfExtension(catalog: string, oid: string): string {
  return `NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;
}

/**
 * Queries that answer `object` and `definition` for every object of a database, one query a kind.
 * https://www.postgresql.org/docs/current/catalogs.html
 */
export const STRUCTURE_QUERIES: readonly string[] = [
  `SELECT 'extension ' || e.extname AS object, e.extversion AS definition FROM pg_extension e`,
  `SELECT 'schema ' || quote_ident(n.nspname) AS object, coalesce(n.nspacl::text, '') AS definition FROM pg_namespace n WHERE ${USER_SCHEMA}`,
  `SELECT 'table ' || c.oid::regclass::text AS object,
          concat(c.relkind, c.relpersistence, ' ', c.relacl::text, ' rls=', c.relrowsecurity, c.relforcerowsecurity, ' ', (
            SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
                     || coalesce(' DEFAULT ' || pg_get_expr(ad.adbin, ad.adrelid), '') || a.attidentity::text || a.attgenerated::text, ', ' ORDER BY a.attnum)
              FROM pg_attribute a LEFT JOIN pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)) AS definition
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'm', 'S') AND ${USER_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}`,
  `SELECT 'view ' || c.oid::regclass::text AS object, pg_get_viewdef(c.oid) || ' ' || coalesce(c.relacl::text, '') AS definition
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${USER_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}`,
  `SELECT 'index ' || i.indexrelid::regclass::text AS object, pg_get_indexdef(i.indexrelid) AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${USER_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}`,
  `SELECT 'constraint ' || coalesce(k.conrelid::regclass::text || '.', '') || quote_ident(k.conname) AS object, concat(pg_get_constraintdef(k.oid), ' validated=', k.convalidated) AS definition
     FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE ${USER_SCHEMA} AND ${notOfExtension('pg_constraint', 'k.oid')}`,
  `SELECT 'function ' || p.oid::regprocedure::text AS object, CASE WHEN p.prokind = 'a' THEN 'aggregate' ELSE pg_get_functiondef(p.oid) END || ' ' || coalesce(p.proacl::text, '') AS definition
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${USER_SCHEMA} AND ${notOfExtension('pg_proc', 'p.oid')}`,
  `SELECT 'trigger ' || t.tgrelid::regclass::text || '.' || quote_ident(t.tgname) AS object, concat(pg_get_triggerdef(t.oid), ' enabled=', t.tgenabled) AS definition
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND ${USER_SCHEMA}`,
  `SELECT 'policy ' || p.polrelid::regclass::text || '.' || quote_ident(p.polname) AS object,
          concat_ws(' ', p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid), p.polroles::regrole[]::text) AS definition
     FROM pg_policy p`,
  `SELECT 'type ' || t.oid::regtype::text AS object,
          concat_ws(' ', t.typtype, (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
                    format_type(nullif(t.typbasetype, 0), t.typtypmod)) AS definition
     FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r') AND ${USER_SCHEMA} AND ${notOfExtension('pg_type', 't.oid')}`,
];

/** Roles with what they may do and whom they belong to. Roles of PostgreSQL and RDS come with the engine version. */
export const ROLES_QUERY = `
  SELECT r.rolname AS object,
         concat_ws(' ', r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolreplication, r.rolbypassrls, r.rolconnlimit, coalesce(r.rolconfig::text, ''),
           (SELECT string_agg(g.rolname, ',' ORDER BY g.rolname) FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid)) AS definition
    FROM pg_roles r WHERE r.rolname !~ '^(pg_|rds)'`;

/** Tables that hold rows of their own. Unlogged tables are left out: they come back empty from any physical copy. */
export const TABLES_QUERY = `
  SELECT n.nspname AS schema, c.relname AS name, c.oid::regclass::text AS label
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'm') AND c.relpersistence = 'p' AND ${USER_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}
   ORDER BY label`;

export const SEQUENCES_QUERY = `
  SELECT format('%I.%I', schemaname, sequencename) AS name, coalesce(last_value, start_value - increment_by)::text AS "lastValue"
    FROM pg_sequences ORDER BY name`;

export const INVALID_INDEXES_QUERY = `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid OR NOT indisready ORDER BY name`;

/** Text forms of values depend on these; both sides of a comparison use the same. */
export const CANONICAL_SETTINGS = `
  SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'iso_8601'; SET TimeZone = 'UTC'; SET extra_float_digits = 1; SET bytea_output = 'hex';
  SET xmloption = 'content'; SET lc_monetary = 'C'; SET search_path = pg_catalog`;
