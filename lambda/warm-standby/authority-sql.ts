import { identifier, literal } from '../common/postgres/quote';

/** Who writes takes this lock shared, who fences takes it alone: a fence therefore waits for every write that was admitted before it. */
const ADMISSION_LOCK = 4_207_001;

/** SQLSTATE of a refused write. Class HF is free for applications: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const REFUSED_WRITE = 'HF001';

/**
 * Statements that prepare a database: who may write in it, the heartbeat, and functions that applications call.
 *
 * The time is always an argument: a lease is granted and checked by the clocks of those who hold it. All may run twice.
 */
export function authorityStatements(applicationRole: string): readonly string[] {
  const role = identifier(applicationRole);
  return [
    `CREATE SCHEMA IF NOT EXISTS holdfast`,
    `CREATE TABLE IF NOT EXISTS holdfast.authority (
       one boolean PRIMARY KEY DEFAULT true CHECK (one),
       epoch bigint NOT NULL, region text NOT NULL, fenced boolean NOT NULL, lease_until timestamptz NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS holdfast.heartbeat (
       one boolean PRIMARY KEY DEFAULT true CHECK (one),
       epoch bigint NOT NULL, sequence bigint NOT NULL, written_at timestamptz NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS holdfast.opened (epoch bigint PRIMARY KEY, found jsonb NOT NULL)`,
    `CREATE OR REPLACE FUNCTION holdfast.admit(claimed bigint, clock timestamptz) RETURNS void
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $body$
       DECLARE held holdfast.authority;
       BEGIN
         PERFORM pg_advisory_xact_lock_shared(${ADMISSION_LOCK});
         SELECT * INTO held FROM holdfast.authority;
         IF held IS NULL OR held.fenced OR held.epoch <> claimed OR held.lease_until < clock THEN
           RAISE EXCEPTION 'writes of epoch % are refused: this database has epoch %, fenced %, lease until %', claimed, held.epoch, held.fenced, held.lease_until
             USING ERRCODE = ${literal(REFUSED_WRITE)};
         END IF;
         PERFORM set_config('holdfast.admitted', txid_current()::text, true);
       END $body$`,
    `CREATE OR REPLACE FUNCTION holdfast.beat(claimed bigint, clock timestamptz) RETURNS bigint
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $body$
       DECLARE beaten bigint;
       BEGIN
         PERFORM holdfast.admit(claimed, clock);
         UPDATE holdfast.heartbeat SET epoch = claimed, sequence = sequence + 1, written_at = greatest(clock, written_at) RETURNING sequence INTO beaten;
         RETURN beaten;
       END $body$`,
    `CREATE OR REPLACE FUNCTION holdfast.guard() RETURNS trigger
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $body$
       BEGIN
         IF coalesce(current_setting('holdfast.admitted', true), '') <> txid_current()::text THEN
           RAISE EXCEPTION 'writes need holdfast.admit(epoch, clock) in the same transaction' USING ERRCODE = ${literal(REFUSED_WRITE)};
         END IF;
         RETURN NULL;
       END $body$`,
    `REVOKE ALL ON ALL FUNCTIONS IN SCHEMA holdfast FROM PUBLIC`,
    `GRANT USAGE ON SCHEMA holdfast TO ${role}`,
    `GRANT SELECT ON holdfast.authority, holdfast.heartbeat TO ${role}`,
    `GRANT EXECUTE ON FUNCTION holdfast.admit(bigint, timestamptz), holdfast.beat(bigint, timestamptz) TO ${role}`,
  ];
}

/** Statements for the application that comes with the system: one table of numbered transactions, guarded. */
export function applicationStatements(applicationRole: string): readonly string[] {
  const role = identifier(applicationRole);
  return [
    `CREATE SCHEMA IF NOT EXISTS app`,
    `CREATE TABLE IF NOT EXISTS app.transactions (number bigint PRIMARY KEY, payload text NOT NULL, epoch bigint NOT NULL, written_at timestamptz NOT NULL)`,
    `CREATE OR REPLACE TRIGGER holdfast_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON app.transactions FOR EACH STATEMENT EXECUTE FUNCTION holdfast.guard()`,
    `GRANT USAGE ON SCHEMA app TO ${role}`,
    `GRANT SELECT, INSERT ON app.transactions TO ${role}`,
  ];
}

/** Waits for all admitted writes and keeps new ones waiting until the transaction ends. */
export const TAKE_ADMISSION_LOCK = `SELECT pg_advisory_xact_lock(${ADMISSION_LOCK})`;

/** Refuses all writes from now on; a fence that is there stays. */
export const FENCE = `UPDATE holdfast.authority SET fenced = true WHERE NOT fenced`;

/** $1 epoch, $2 until when: prolongs a lease that is held, and revives nothing that was fenced. */
export const RENEW_LEASE = `UPDATE holdfast.authority SET lease_until = greatest(lease_until, $2) WHERE epoch = $1 AND NOT fenced`;

/** $1 epoch, $2 region, $3 until when: begins an epoch, unless a later one has begun. */
export const BEGIN_EPOCH = `
  INSERT INTO holdfast.authority AS held (epoch, region, fenced, lease_until) VALUES ($1, $2, false, $3)
  ON CONFLICT (one) DO UPDATE SET epoch = excluded.epoch, region = excluded.region, fenced = false, lease_until = excluded.lease_until
  WHERE held.epoch <= excluded.epoch`;

/** $1 epoch, $2 the clock: the first sign of life of an epoch, which no row of a replica can have. */
export const FIRST_HEARTBEAT = `
  INSERT INTO holdfast.heartbeat AS beat (epoch, sequence, written_at) VALUES ($1, 1, $2)
  ON CONFLICT (one) DO UPDATE SET epoch = excluded.epoch, sequence = beat.sequence + 1, written_at = excluded.written_at`;

/** $1 epoch: what was found when it began in this database. */
export const READ_OPENED = `SELECT found FROM holdfast.opened WHERE epoch = $1`;

/** $1 epoch, $2 what was found, as JSON. */
export const NOTE_OPENED = `INSERT INTO holdfast.opened (epoch, found) VALUES ($1, $2) ON CONFLICT (epoch) DO NOTHING`;

export const READ_AUTHORITY = `SELECT epoch::int AS epoch, region, fenced, lease_until FROM holdfast.authority`;

export const READ_HEARTBEAT = `SELECT epoch::int AS epoch, sequence::float8 AS sequence, written_at FROM holdfast.heartbeat`;

/** Where a replica stands. A receiver that lost its primary disappears from the view: https://www.postgresql.org/docs/current/monitoring-stats.html */
export const READ_REPLICATION = `
  SELECT pg_is_in_recovery() AS in_recovery,
         pg_last_wal_receive_lsn()::text AS received, pg_last_wal_replay_lsn()::text AS replayed,
         coalesce(greatest(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), 0), 0)::float8 AS unreplayed_bytes,
         EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming') AS receiver_alive`;
