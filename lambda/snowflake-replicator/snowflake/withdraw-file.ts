import { readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** An attempt to upload comes by its encrypted copy well within it. */
const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 2;

/**
 * Takes a file away from an upload that did not end, which ends it: the driver repeats one for ever once the stage's credentials have
 * expired, and offers no way to stop it.
 *
 * Each attempt looks for the file first, and fails in order where there is none; then it opens the file once more without listening
 * for errors, and a file that is gone by then would end the process. So it is removed while its encrypted copy is there, which the
 * driver keeps beside its other temporary files (snowflake-sdk 3.3.0, file_transfer_agent/encrypt_util.js).
 */
export async function withdrawFile(file: string): Promise<void> {
  const lastLookMs = performance.now() + PATIENCE_MS;
  while (performance.now() < lastLookMs) {
    if (hasCopy(file)) break;
    await delay(LOOK_EVERY_MS);
  }
  rmSync(file, { force: true });
}

function hasCopy(file: string): boolean {
  const directories = entriesOf(tmpdir()).filter((name) => name.startsWith('tmp'));
  return directories.some((directory) => {
    const at = join(tmpdir(), directory);
    return entriesOf(at).some((name) => name.startsWith(`${basename(file)}#`) && sizeOf(join(at, name)) > 0);
  });
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    // A file, or gone meanwhile.
    return [];
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
