/** Parameter names and values as in postgresql.conf and an RDS parameter group. */
export type ServerParameters = Readonly<Record<string, string>>;

/** The hidden superuser that the control plane works as, as on RDS. */
export const ADMIN_USER = 'rdsadmin';
/** The account standbys stream as. */
export const REPLICATION_USER = 'rdsrepladmin';

/**
 * What a server gets unless its creator says otherwise: many servers share one small machine, so memory and write-ahead
 * log are small. `fsync` is off because only the processes are ever killed, never the machine; commits still wait for
 * the log to be written, so a killed server loses nothing it acknowledged.
 */
const DEFAULTS: ServerParameters = {
  shared_buffers: '32MB',
  max_connections: '40',
  max_worker_processes: '4',
  max_parallel_workers: '2',
  max_wal_senders: '10',
  max_replication_slots: '10',
  wal_level: 'replica',
  min_wal_size: '32MB',
  max_wal_size: '128MB',
  fsync: 'off',
  synchronous_commit: 'on',
  autovacuum: 'on',
  jit: 'off',
  password_encryption: 'scram-sha-256',
  log_min_messages: 'warning',
  timezone: 'UTC',
  ssl_min_protocol_version: 'TLSv1.2',
  // PostgreSQL's 5 s makes one promotion in ten take 5 s longer: a standby asleep between two attempts does not look up.
  wal_retrieve_retry_interval: '200ms',
  'rds.force_ssl': '0',
};

/** What makes a server part of the local cloud; no parameter group may change it. */
const FIXED: ServerParameters = {
  listen_addresses: '127.0.0.1',
  // The path of a Unix socket is limited to 107 bytes, which a temporary directory may exceed.
  unix_socket_directories: '',
  // In the data directory, which always goes: what a killed server leaves in /dev/shm nobody would remove.
  dynamic_shared_memory_type: 'mmap',
  hot_standby: 'on',
  ssl: 'on',
  lc_messages: 'C',
};

/** What each server sets for itself. */
const OWN = ['port', 'hba_file', 'ssl_cert_file', 'ssl_key_file', 'primary_conninfo', 'primary_slot_name'];

/** Fails unless these are parameters that a parameter group may set. */
export function checkParameters(parameters: ServerParameters): void {
  for (const name of Object.keys(parameters)) {
    // Names stand in configuration files and SQL as they are.
    if (!/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/.test(name)) {
      throw new Error(`parameter name ${JSON.stringify(name)} must be small letters, digits and underscores with at most one dot`);
    }
    if (name in FIXED || OWN.includes(name)) throw new Error(`parameter ${name} belongs to the local cloud and cannot be set`);
  }
}

/** Tells whether a change of the parameter waits for a restart although PostgreSQL itself does not know the parameter. */
export function isStaticRdsParameter(name: string): boolean {
  return name === 'rds.logical_replication';
}

/** Returns the parameters a server runs with; `rds.logical_replication` raises the level of the log as it does on RDS. */
export function effectiveParameters(requested: ServerParameters, own: ServerParameters): ServerParameters {
  const merged: Record<string, string> = { ...DEFAULTS, ...requested, ...FIXED, ...own };
  if (isOn(merged['rds.logical_replication'])) merged.wal_level = 'logical';
  return merged;
}

/** Writes the text of postgresql.conf. */
export function configurationText(parameters: ServerParameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'\n`)
    .join('');
}

/**
 * Writes the text of pg_hba.conf: passwords for everybody, over TLS alone when `rds.force_ssl` is on, and nobody but
 * the control plane enters its database.
 */
export function clientAuthenticationText(parameters: ServerParameters): string {
  const clients = isOn(parameters['rds.force_ssl']) ? 'hostssl' : 'host';
  return [
    `host all ${ADMIN_USER} 127.0.0.1/32 scram-sha-256`,
    `host ${ADMIN_USER} all 127.0.0.1/32 reject`,
    `hostssl replication ${REPLICATION_USER} 127.0.0.1/32 scram-sha-256`,
    `${clients} all all 127.0.0.1/32 scram-sha-256`,
    '',
  ].join('\n');
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && ['1', 'on', 'true', 'yes'].includes(value.toLowerCase());
}
