import { statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';

const GIB = 1024 ** 3;
const SHARED_MEMORY = '/dev/shm';
/** Room for the servers of a rehearsal, with as much again to spare. */
const ENOUGH_ROOM_BYTES = 8 * GIB;
/** What must be left of the machine's memory when that room is used. */
const MEMORY_LEFT_BYTES = 4 * GIB;

/**
 * Chooses where servers keep their files: in memory if there is plenty, otherwise in the system's temporary directory.
 *
 * A server is a thousand small files, and creating those is what takes time: 15 ms in memory, 30 to 1000 ms on ext4, which
 * without a journal steps over every inode that was freed within the last half minute.
 */
export function chooseParentDirectory(): string {
  if (process.platform !== 'linux' || process.env.TMPDIR !== undefined) return tmpdir();
  try {
    const { bavail, bsize } = statfsSync(SHARED_MEMORY);
    const roomy = bavail * bsize >= ENOUGH_ROOM_BYTES && freemem() >= ENOUGH_ROOM_BYTES + MEMORY_LEFT_BYTES;
    return roomy ? SHARED_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
