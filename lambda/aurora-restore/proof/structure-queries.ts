/** A query that answers `object` and `definition` for every object of one kind. */
export interface StructureQuery {
  readonly sql: string;
  /** Server version from which the catalog has what the query reads, as in `server_version_num`. */
  readonly since?: number;
}

/** Schemas that belong to PostgreSQL or RDS. */
export const USER_SCHEMA = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\\_temp%' AND n.nspname NOT LIKE 'pg\\_toast%'`;

/** Objects that an extension brought are covered by the extension's version. */
export function notOfExtension(catalog: string, oid: string): string {
  return `NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;
}

/** The first id that PostgreSQL gives to what users make: https://www.postgresql.org/docs/current/system-catalog-initial-data.html */
const FIRST_USER_OID = 16_384;

const owner = (role: string) => `' owner=', pg_get_userbyid(${role})`;
const acl = (column: string) => `' acl=', ${column}`;

const COLUMNS = `
  SELECT string_agg(concat(quote_ident(a.attname), ' ', format_type(a.atttypid, a.atttypmod), ' null=', NOT a.attnotnull, ' default=', pg_get_expr(ad.adbin, ad.adrelid), ' ', a.attidentity, a.attgenerated, a.attstorage,
           ' collation=', nullif(a.attcollation, 0)::regcollation, ${acl('a.attacl')}), ', ' ORDER BY a.attnum)
    FROM pg_attribute a LEFT JOIN pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`;

const PARENTS = `SELECT string_agg(i.inhparent::regclass::text, ',' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid`;

const OWNED_BY = `
  SELECT concat(d.refobjid::regclass, '.', d.refobjsubid) FROM pg_depend d
   WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0`;

/** What holds rows, counts, or shows rows: https://www.postgresql.org/docs/current/catalogs.html */
const RELATIONS: readonly StructureQuery[] = [
  {
    sql: `SELECT concat('relation ', c.oid::regclass) AS object,
                 concat(c.relkind, c.relpersistence, c.relreplident, ' rls=', c.relrowsecurity, c.relforcerowsecurity, ${owner('c.relowner')}, ${acl('c.relacl')}, ' options=', c.reloptions,
                   ' bound=', pg_get_expr(c.relpartbound, c.oid), ' key=', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END, ' inherits=', (${PARENTS}), ' populated=', c.relispopulated,
                   ' columns=', (${COLUMNS})) AS definition
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p', 'f', 'm', 'v', 'S', 'c') AND ${USER_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}`,
  },
  {
    sql: `SELECT concat('sequence ', s.seqrelid::regclass) AS object,
                 concat_ws(' ', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle, (${OWNED_BY})) AS definition
            FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${USER_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}`,
  },
  {
    sql: `SELECT concat('view ', c.oid::regclass) AS object, pg_get_viewdef(c.oid) AS definition
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${USER_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}`,
  },
  {
    sql: `SELECT concat('index ', i.indexrelid::regclass) AS object, concat(pg_get_indexdef(i.indexrelid), ' clustered=', i.indisclustered, ' identity=', i.indisreplident) AS definition
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${USER_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}`,
  },
  {
    sql: `SELECT concat('constraint ', nullif(k.conrelid, 0)::regclass, nullif(k.contypid, 0)::regtype, '.', quote_ident(k.conname)) AS object, concat(pg_get_constraintdef(k.oid), ' validated=', k.convalidated) AS definition
            FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE ${USER_SCHEMA} AND ${notOfExtension('pg_constraint', 'k.oid')}`,
  },
  {
    sql: `SELECT concat('trigger ', t.tgrelid::regclass, '.', quote_ident(t.tgname)) AS object, concat(pg_get_triggerdef(t.oid), ' enabled=', t.tgenabled) AS definition
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND ${USER_SCHEMA}`,
  },
  {
    sql: `SELECT concat('rule ', w.ev_class::regclass, '.', quote_ident(w.rulename)) AS object, concat(pg_get_ruledef(w.oid), ' enabled=', w.ev_enabled) AS definition
            FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE w.rulename <> '_RETURN' AND ${USER_SCHEMA}`,
  },
  {
    sql: `SELECT concat('policy ', p.polrelid::regclass, '.', quote_ident(p.polname)) AS object,
                 concat(p.polcmd, p.polpermissive, ' using=', pg_get_expr(p.polqual, p.polrelid), ' check=', pg_get_expr(p.polwithcheck, p.polrelid), ' to=', p.polroles::regrole[]) AS definition
            FROM pg_policy p`,
  },
  {
    sql: `SELECT concat('statistics ', quote_ident(n.nspname), '.', quote_ident(x.stxname)) AS object, pg_get_statisticsobjdef(x.oid) AS definition
            FROM pg_statistic_ext x JOIN pg_namespace n ON n.oid = x.stxnamespace WHERE ${USER_SCHEMA}`,
  },
];

const CODE: readonly StructureQuery[] = [
  {
    sql: `SELECT concat('function ', p.oid::regprocedure) AS object, concat(pg_get_functiondef(p.oid), ${owner('p.proowner')}, ${acl('p.proacl')}) AS definition
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind <> 'a' AND ${USER_SCHEMA} AND ${notOfExtension('pg_proc', 'p.oid')}`,
  },
  {
    sql: `SELECT concat('aggregate ', p.oid::regprocedure) AS object,
                 concat(concat_ws(' ', a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggtranstype::regtype, a.agginitval, a.aggsortop::regoperator), ${owner('p.proowner')}, ${acl('p.proacl')}) AS definition
            FROM pg_proc p JOIN pg_aggregate a ON a.aggfnoid = p.oid JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${USER_SCHEMA} AND ${notOfExtension('pg_proc', 'p.oid')}`,
  },
  {
    sql: `SELECT concat('type ', t.oid::regtype) AS object,
                 concat(t.typtype, ' null=', NOT t.typnotnull, ' default=', t.typdefault, ${owner('t.typowner')}, ${acl('t.typacl')},
                   ' labels=', (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
                   ' base=', CASE WHEN t.typbasetype <> 0 THEN format_type(t.typbasetype, t.typtypmod) END, ' of=', (SELECT format_type(g.rngsubtype, NULL) FROM pg_range g WHERE g.rngtypid = t.oid)) AS definition
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r') AND ${USER_SCHEMA} AND ${notOfExtension('pg_type', 't.oid')}`,
  },
  {
    sql: `SELECT concat('operator ', o.oid::regoperator) AS object, concat_ws(' ', o.oprcode, o.oprresult::regtype, o.oprcom::regoperator, o.oprnegate::regoperator) AS definition
            FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE ${USER_SCHEMA} AND ${notOfExtension('pg_operator', 'o.oid')}`,
  },
  {
    sql: `SELECT concat('cast ', k.castsource::regtype, ' as ', k.casttarget::regtype) AS object, concat_ws(' ', k.castfunc::regproc, k.castcontext, k.castmethod) AS definition
            FROM pg_cast k WHERE k.oid >= ${FIRST_USER_OID} AND ${notOfExtension('pg_cast', 'k.oid')}`,
  },
  {
    sql: `SELECT concat('event trigger ', quote_ident(v.evtname)) AS object, concat_ws(' ', v.evtevent, v.evtfoid::regproc, v.evtenabled, v.evttags) AS definition
            FROM pg_event_trigger v WHERE ${notOfExtension('pg_event_trigger', 'v.oid')}`,
  },
];

const THIS_DATABASE = `SELECT oid FROM pg_database WHERE datname = current_database()`;

/** What belongs to the database as a whole. */
const DATABASE: readonly StructureQuery[] = [
  { sql: `SELECT concat('extension ', e.extname) AS object, concat(e.extversion, ' in ', e.extnamespace::regnamespace) AS definition FROM pg_extension e` },
  { sql: `SELECT concat('schema ', quote_ident(n.nspname)) AS object, concat(${owner('n.nspowner')}, ${acl('n.nspacl')}) AS definition FROM pg_namespace n WHERE ${USER_SCHEMA}` },
  {
    sql: `SELECT 'database' AS object, concat(pg_encoding_to_char(b.encoding), ' ', b.datcollate, ' ', b.datctype, ${owner('b.datdba')}, ${acl('b.datacl')}) AS definition
            FROM pg_database b WHERE b.oid = (${THIS_DATABASE})`,
  },
  {
    // An index that was built under another version of the collation may be in the wrong order.
    sql: `SELECT 'version of the default collation' AS object, concat(b.datcollversion, ' here ', pg_database_collation_actual_version(b.oid)) AS definition
            FROM pg_database b WHERE b.oid = (${THIS_DATABASE})`,
    since: 150_000,
  },
  {
    sql: `SELECT concat('collation ', l.oid::regcollation) AS object,
                 concat_ws(' ', l.collprovider, l.collisdeterministic, l.collcollate, l.collctype, l.collversion, 'here', pg_collation_actual_version(l.oid)) AS definition
            FROM pg_collation l
           WHERE l.oid >= ${FIRST_USER_OID}
              OR l.oid IN (SELECT a.attcollation FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${USER_SCHEMA})`,
  },
  {
    sql: `SELECT concat('default privileges of ', pg_get_userbyid(f.defaclrole), ' on ', f.defaclobjtype, ' in ', nullif(f.defaclnamespace, 0)::regnamespace) AS object, f.defaclacl::text AS definition
            FROM pg_default_acl f`,
  },
  {
    sql: `SELECT concat('settings of ', CASE WHEN z.setrole <> 0 THEN pg_get_userbyid(z.setrole) END) AS object, z.setconfig::text AS definition
            FROM pg_db_role_setting z WHERE z.setdatabase = (${THIS_DATABASE})`,
  },
  { sql: `SELECT concat('foreign server ', quote_ident(s.srvname)) AS object, concat(concat_ws(' ', s.srvfdw, s.srvtype, s.srvversion, s.srvoptions), ${owner('s.srvowner')}, ${acl('s.srvacl')}) AS definition FROM pg_foreign_server s` },
  {
    sql: `SELECT concat('publication ', quote_ident(u.pubname)) AS object,
                 concat_ws(' ', u.puballtables, u.pubinsert, u.pubupdate, u.pubdelete, u.pubtruncate,
                   (SELECT string_agg(r.prrelid::regclass::text, ',' ORDER BY r.prrelid::regclass::text) FROM pg_publication_rel r WHERE r.prpubid = u.oid)) AS definition
            FROM pg_publication u`,
  },
  {
    sql: `SELECT 'comments' AS object,
                 concat(count(*), ' ', md5(string_agg(concat(pg_describe_object(m.classoid, m.objoid, m.objsubid), m.description), ',' ORDER BY m.classoid, m.objoid, m.objsubid))) AS definition
            FROM pg_description m WHERE m.objoid >= ${FIRST_USER_OID}`,
  },
  {
    // Their rows cannot be read by everybody who reads tables; that they are there can.
    sql: `SELECT 'large objects' AS object, concat(count(*), ' ', md5(string_agg(concat(g.oid, g.lomacl), ',' ORDER BY g.oid))) AS definition FROM pg_largeobject_metadata g`,
  },
];

/** Everything that makes up the structure of a database. */
export const STRUCTURE_QUERIES: readonly StructureQuery[] = [...DATABASE, ...RELATIONS, ...CODE];

/** Roles with what they may do and whom they belong to. Roles of PostgreSQL and RDS come with the engine version. */
export const ROLES_QUERY: StructureQuery = {
  sql: `SELECT r.rolname AS object,
               concat_ws(' ', r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolreplication, r.rolbypassrls, r.rolconnlimit, coalesce(r.rolconfig::text, ''),
                 (SELECT string_agg(DISTINCT g.rolname || CASE WHEN m.admin_option THEN ' admin' ELSE '' END, ',') FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid)) AS definition
          FROM pg_roles r WHERE r.rolname !~ '^(pg_|rds)'`,
};
