/** A parameter that parameter groups of PostgreSQL can set. */
export interface ParameterDefinition {
  readonly name: string;
  readonly dataType: 'boolean' | 'integer' | 'float' | 'string' | 'list';
  /** A static parameter takes effect with the next reboot. */
  readonly applyType: 'static' | 'dynamic';
  readonly allowedValues: string | undefined;
  readonly defaultValue: string | undefined;
  /** Whether the server gets it. Sizes of a machine, and features that only Amazon's servers have, stay out. */
  readonly reachesServer: boolean;
}

type Options = Partial<Pick<ParameterDefinition, 'applyType' | 'defaultValue' | 'reachesServer'>>;

function parameter(name: string, dataType: ParameterDefinition['dataType'], allowedValues?: string, options: Options = {}): ParameterDefinition {
  return { name, dataType, allowedValues, applyType: 'dynamic', defaultValue: undefined, reachesServer: true, ...options };
}

const STATIC: Options = { applyType: 'static' };
const NOT_HERE: Options = { reachesServer: false };
const STATIC_NOT_HERE: Options = { ...STATIC, ...NOT_HERE };
const SWITCH = '0,1';
const LOG_LEVELS = 'debug5,debug4,debug3,debug2,debug1,info,notice,warning,error,log,fatal,panic';
const MILLISECONDS = '0-2147483647';

/** The part of the catalogue that databases of this kind are tuned with; AWS's has some four hundred. */
const DEFINITIONS: readonly ParameterDefinition[] = [
  parameter('autovacuum', 'boolean', SWITCH),
  parameter('autovacuum_max_workers', 'integer', '1-8388607', STATIC),
  parameter('autovacuum_naptime', 'integer', '1-2147483'),
  parameter('autovacuum_vacuum_scale_factor', 'float', '0-100'),
  parameter('checkpoint_timeout', 'integer', '30-3600'),
  parameter('cron.database_name', 'string', undefined, STATIC_NOT_HERE),
  parameter('deadlock_timeout', 'integer', '1-2147483647'),
  parameter('default_transaction_isolation', 'string', 'serializable,repeatable read,read committed,read uncommitted'),
  parameter('default_transaction_read_only', 'boolean', SWITCH),
  parameter('effective_cache_size', 'integer', '1-2147483647', NOT_HERE),
  parameter('hot_standby_feedback', 'boolean', SWITCH),
  parameter('idle_in_transaction_session_timeout', 'integer', MILLISECONDS),
  parameter('idle_session_timeout', 'integer', MILLISECONDS),
  parameter('lock_timeout', 'integer', MILLISECONDS),
  parameter('log_autovacuum_min_duration', 'integer', '-1-2147483647'),
  parameter('log_connections', 'boolean', SWITCH),
  parameter('log_disconnections', 'boolean', SWITCH),
  parameter('log_lock_waits', 'boolean', SWITCH),
  parameter('log_min_duration_statement', 'integer', '-1-2147483647'),
  parameter('log_min_error_statement', 'string', LOG_LEVELS),
  parameter('log_min_messages', 'string', LOG_LEVELS),
  parameter('log_statement', 'string', 'none,ddl,mod,all'),
  parameter('log_temp_files', 'integer', '-1-2147483647'),
  parameter('maintenance_work_mem', 'integer', '1024-2147483647', NOT_HERE),
  parameter('max_connections', 'integer', '6-262143', STATIC_NOT_HERE),
  parameter('max_logical_replication_workers', 'integer', '0-262143', STATIC),
  parameter('max_prepared_transactions', 'integer', '0-262143', STATIC),
  parameter('max_replication_slots', 'integer', '10-262143', STATIC),
  parameter('max_slot_wal_keep_size', 'integer', '-1-2147483647'),
  parameter('max_standby_archive_delay', 'integer', '-1-2147483647'),
  parameter('max_standby_streaming_delay', 'integer', '-1-2147483647'),
  parameter('max_wal_senders', 'integer', '10-262143', STATIC),
  parameter('max_worker_processes', 'integer', '8-262143', STATIC),
  parameter('password_encryption', 'string', 'md5,scram-sha-256'),
  parameter('pgaudit.log', 'list', undefined, NOT_HERE),
  parameter('pgaudit.role', 'string', undefined, NOT_HERE),
  parameter('random_page_cost', 'float', '0-1000'),
  parameter('rds.accepted_password_auth_method', 'string', 'md5+scram,scram', NOT_HERE),
  parameter('rds.allowed_extensions', 'list', undefined, NOT_HERE),
  // On by default since PostgreSQL 15: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
  parameter('rds.force_ssl', 'boolean', SWITCH, { defaultValue: '1' }),
  parameter('rds.log_retention_period', 'integer', '1440-10080', NOT_HERE),
  parameter('rds.logical_replication', 'boolean', SWITCH, { ...STATIC, defaultValue: '0' }),
  parameter('rds.restrict_password_commands', 'boolean', SWITCH, STATIC_NOT_HERE),
  parameter('session_replication_role', 'string', 'origin,replica,local'),
  parameter('shared_buffers', 'integer', '16-1073741823', STATIC_NOT_HERE),
  parameter('shared_preload_libraries', 'list', undefined, STATIC_NOT_HERE),
  parameter('ssl_min_protocol_version', 'string', 'TLSv1.2,TLSv1.3'),
  parameter('statement_timeout', 'integer', MILLISECONDS),
  parameter('synchronous_commit', 'string', 'local,on,off'),
  parameter('tcp_keepalives_idle', 'integer', '0-2147483647'),
  parameter('timezone', 'string'),
  parameter('track_activity_query_size', 'integer', '100-1048576', STATIC),
  parameter('track_commit_timestamp', 'boolean', SWITCH, STATIC),
  parameter('track_io_timing', 'boolean', SWITCH),
  parameter('transaction_timeout', 'integer', MILLISECONDS),
  parameter('wal_keep_size', 'integer', '0-2147483647'),
  parameter('wal_receiver_timeout', 'integer', '0-3600000'),
  parameter('wal_sender_timeout', 'integer', '0-3600000'),
  parameter('work_mem', 'integer', '64-2147483647', NOT_HERE),
];

const BY_NAME = new Map(DEFINITIONS.map((definition) => [definition.name, definition]));

export function parameterDefinition(name: string): ParameterDefinition | undefined {
  return BY_NAME.get(name);
}

/** All parameters, by name. */
export function parameterDefinitions(): readonly ParameterDefinition[] {
  return DEFINITIONS;
}

/** Whether the definition allows the value, as far as its allowed values tell. */
export function allowsValue({ dataType, allowedValues }: ParameterDefinition, value: string): boolean {
  if (allowedValues === undefined) return true;
  if (dataType === 'string' || dataType === 'boolean') return allowedValues.split(',').includes(value);
  const [, lowest, highest] = /^(-?\d+)-(\d+)$/.exec(allowedValues) ?? [];
  const number = Number(value);
  return value.trim() !== '' && number >= Number(lowest) && number <= Number(highest);
}
