/** Relations that somebody created, as opposed to those of the system. */
const USER_RELATIONS = `
  pg_class as relation join pg_namespace as namespace on namespace.oid = relation.relnamespace
  where namespace.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and namespace.nspname not like 'pg\\_temp%'`;

const TABLE_TYPE = "case relation.relkind when 'v' then 'VIEW' when 'm' then 'MATERIALIZED VIEW' else 'TABLE' end";
const USER_COLUMNS = `information_schema.columns where table_schema not in ('pg_catalog', 'information_schema')`;

/** Counts the lines of a table: the statistics of PostgreSQL know nothing before the first ANALYZE. */
const COUNT_LINES = `
create function pg_catalog.redshift_count(relation regclass) returns bigint language plpgsql stable security definer as $$
declare
  lines bigint;
begin
  execute format('select count(*) from %s', relation) into lines;
  return lines;
end $$`;

/** Redshift's own views of what there is. Columns of which a single PostgreSQL server has nothing to tell are NULL. */
const VIEWS: Readonly<Record<string, string>> = {
  // "The SVV_TABLE_INFO view doesn't return any information for empty tables": https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_TABLE_INFO.html
  svv_table_info: `
    select info.* from (
      select current_database()::text as database, namespace.nspname::text as schema, relation.oid as table_id, relation.relname::text as "table",
        'N'::text as encoded, 'AUTO(ALL)'::text as diststyle, null::text as sortkey1, null::integer as max_varchar, null::text as sortkey1_enc, 0 as sortkey_num,
        greatest(1, pg_total_relation_size(relation.oid) / 1048576) as size, null::numeric as pct_used, 0::bigint as empty, null::numeric as unsorted,
        null::numeric as stats_off, pg_catalog.redshift_count(relation.oid)::numeric as tbl_rows, null::numeric as skew_sortkey1, null::numeric as skew_rows,
        pg_catalog.redshift_count(relation.oid)::numeric as estimated_visible_rows, null::text as risk_event, null::numeric as vacuum_sort_benefit
      from ${USER_RELATIONS} and relation.relkind in ('r', 'p')
    ) as info where info.tbl_rows > 0`,
  // https://docs.aws.amazon.com/redshift/latest/dg/r_PG_TABLE_DEF.html
  pg_table_def: `
    select namespace.nspname as schemaname, relation.relname as tablename, attribute.attname as "column", format_type(attribute.atttypid, attribute.atttypmod) as type,
      'none'::text as encoding, false as distkey, 0 as sortkey, attribute.attnotnull as "notnull"
    from pg_attribute as attribute, ${USER_RELATIONS} and relation.relkind in ('r', 'p') and attribute.attrelid = relation.oid and attribute.attnum > 0
      and not attribute.attisdropped and namespace.nspname = any (current_schemas(false))`,
  svv_tables: `
    select current_database()::text as table_catalog, namespace.nspname::text as table_schema, relation.relname::text as table_name,
      ${TABLE_TYPE} as table_type, obj_description(relation.oid, 'pg_class') as remarks
    from ${USER_RELATIONS} and relation.relkind in ('r', 'p', 'v', 'm')`,
  svv_all_tables: `
    select current_database()::text as database_name, namespace.nspname::text as schema_name, relation.relname::text as table_name, relation.relacl::text as table_acl,
      ${TABLE_TYPE} as table_type, obj_description(relation.oid, 'pg_class') as remarks, pg_get_userbyid(relation.relowner)::text as owner
    from ${USER_RELATIONS} and relation.relkind in ('r', 'p', 'v', 'm')`,
  svv_redshift_tables: 'select database_name, schema_name, table_name, table_type, table_acl, remarks, owner as table_owner from pg_catalog.svv_all_tables',
  svv_columns: `
    select table_catalog::text, table_schema::text, table_name::text, column_name::text, ordinal_position::integer, column_default::text, is_nullable::text, data_type::text,
      character_maximum_length::integer, numeric_precision::integer, numeric_precision_radix::integer, numeric_scale::integer, null::text as remarks
    from ${USER_COLUMNS}`,
  svv_all_columns: `
    select table_catalog as database_name, table_schema as schema_name, table_name, column_name, ordinal_position, column_default, is_nullable, data_type,
      character_maximum_length, numeric_precision, numeric_scale, remarks
    from pg_catalog.svv_columns`,
  svv_redshift_columns: 'select database_name, schema_name, table_name, column_name, ordinal_position, data_type, column_default, is_nullable, character_maximum_length, numeric_precision, numeric_scale, remarks from pg_catalog.svv_all_columns',
  svv_all_schemas: `
    select current_database()::text as database_name, nspname::text as schema_name, nspowner::integer as schema_owner, 'local'::text as schema_type,
      nspacl::text as schema_acl, null::text as source_database, null::text as schema_option
    from pg_namespace where nspname not like 'pg\\_%' and nspname <> 'information_schema'`,
  svv_redshift_schemas: 'select database_name, schema_name, schema_owner, schema_type, schema_acl, schema_option from pg_catalog.svv_all_schemas',
  svv_redshift_databases: `
    select datname::text as database_name, datdba::integer as database_owner, 'local'::text as database_type, datacl::text as database_acl, null::text as database_options
    from pg_database where not datistemplate and has_database_privilege(datname, 'connect')`,
};

/** The statements that create the views, in `pg_catalog` and readable for everybody. */
export function catalogViews(): readonly string[] {
  return [COUNT_LINES, ...Object.entries(VIEWS).flatMap(([name, query]) => [`create view pg_catalog.${name} as ${query}`, `grant select on pg_catalog.${name} to public`])];
}
