import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { copyFiles, copyLiveFiles, writePrivateFile } from './data-directory';
import { walFileName } from './log-position';
import type { ProcessIdentity } from './process-identity';

/** From where to where the log must be replayed to make the copy consistent. */
export interface BackupRange {
  readonly startLsn: string;
  readonly stopLsn: string;
}

/**
 * Copies a running server's files and the log they need, so that a server started on the copy stands where the backup ended.
 *
 * The calls must come from one session: https://www.postgresql.org/docs/17/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 */
export async function takePhysicalBackup(admin: Client, from: string, to: string, identity: ProcessIdentity): Promise<BackupRange> {
  // The slot keeps the log that checkpoints would recycle while the files are copied; it goes with the session.
  await admin.query("select pg_create_physical_replication_slot('backup_' || pg_backend_pid(), true, true)");
  const start = await admin.query<{ lsn: string }>("select pg_backup_start('backup', fast => true)::text as lsn");
  await copyLiveFiles(from, to, identity);
  // Last of all files, for on a standby it says how far the others must be replayed.
  await copyFiles([join(from, 'global/pg_control')], join(to, 'global'), identity);
  const stop = await admin.query<{ lsn: string; labelfile: string }>('select lsn::text, labelfile from pg_backup_stop(wait_for_archive => false)');
  const [startRow, stopRow] = [start.rows[0], stop.rows[0]];
  if (!startRow || !stopRow) throw new Error('the server did not say where the backup begins and ends');
  await writePrivateFile(join(to, 'backup_label'), stopRow.labelfile, identity);
  await copyLog(from, to, stopRow, identity);
  return { startLsn: startRow.lsn, stopLsn: stopRow.lsn };
}

async function copyLog(from: string, to: string, stop: { lsn: string; labelfile: string }, identity: ProcessIdentity): Promise<void> {
  const first = /\(file ([0-9A-F]{24})\)/.exec(stop.labelfile)?.[1];
  if (first === undefined) throw new Error(`the backup label names no log file: ${stop.labelfile}`);
  const last = walFileName(first.slice(0, 8), stop.lsn);
  const needed = (await readdir(join(from, 'pg_wal'))).filter((name) => (/^[0-9A-F]{24}$/.test(name) && name >= first && name <= last) || name.endsWith('.history'));
  await copyFiles(
    needed.map((name) => join(from, 'pg_wal', name)),
    join(to, 'pg_wal'),
    identity,
  );
}
