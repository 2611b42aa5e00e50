import { chown, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from './process-identity';
import { runCommand } from './run-command';

/**
 * Directories whose content a base backup leaves out and a server expects to find.
 * https://www.postgresql.org/docs/17/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP-DATA
 */
const EMPTIED = ['pg_wal', 'pg_dynshmem', 'pg_notify', 'pg_replslot', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans'];
const LEFT_OUT = new Set([...EMPTIED, 'postmaster.pid', 'postmaster.opts', 'standby.signal', 'backup_label']);

/** Files that cp may find gone: a running server removes files while they are copied, and recovery does not need those. */
const VANISHED_FILES_ALLOWED = [0, 1];

/** Copies a directory with owner and times; the blocks are shared where the file system can do that. */
export async function cloneDirectory(from: string, to: string, identity: ProcessIdentity): Promise<void> {
  await runCommand('cp', [...cloneFlags(), from, to], { identity });
}

/** Copies the files of a running server into a new directory; only recovery makes them consistent. */
export async function copyLiveFiles(from: string, to: string, identity: ProcessIdentity): Promise<void> {
  const names = (await readdir(from)).filter((name) => !LEFT_OUT.has(name));
  const emptied = [...EMPTIED, 'pg_wal/archive_status', 'pg_wal/summaries'].map((name) => join(to, name));
  await runCommand('mkdir', ['-m', '700', to, ...emptied], { identity });
  await runCommand('cp', [...cloneFlags(), ...names.map((name) => join(from, name)), to], { identity, allowedExitCodes: VANISHED_FILES_ALLOWED });
}

/** Copies single files into a directory. */
export async function copyFiles(files: readonly string[], to: string, identity: ProcessIdentity): Promise<void> {
  await runCommand('cp', [...cloneFlags(), ...files, to], { identity });
}

/** Writes a file that only the server's account can read. A server that reloads meanwhile sees the old text or the new, never half of it. */
export async function writePrivateFile(file: string, text: string, { uid, gid }: ProcessIdentity): Promise<void> {
  const draft = `${file}.new`;
  await writeFile(draft, text, { mode: 0o600 });
  if (uid !== undefined && gid !== undefined) await chown(draft, uid, gid);
  await rename(draft, file);
}

/** Returns the bytes a directory takes on disk. */
export async function directorySizeBytes(directory: string, identity: ProcessIdentity): Promise<number> {
  const output = await runCommand('du', ['-sk', directory], { identity });
  return Number.parseInt(output, 10) * 1024;
}

/** Removes a directory and everything in it, if it is there. */
export async function removeDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

/** Log files are mostly zeros: left out as holes they cost neither disk nor memory. */
function cloneFlags(): readonly string[] {
  return process.platform === 'darwin' ? ['-a', '-c'] : ['-a', '--reflink=auto', '--sparse=always'];
}
