import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_AGAIN_MS = 100;
const LONGEST_WAIT_MS = 180_000;

/** Does the work while no other process on this machine does what has the same lock. A lock whose holder has died is taken over. */
export async function exclusively<T>(lock: string, work: () => Promise<T>): Promise<T> {
  const giveUpAtMs = performance.now() + LONGEST_WAIT_MS;
  while (!take(lock)) {
    if (performance.now() > giveUpAtMs) throw new Error(`waited ${LONGEST_WAIT_MS / 1000} s for ${lock}, which process ${holderOf(lock)} holds`);
    if (isDead(holderOf(lock))) rmSync(lock, { recursive: true, force: true });
    else await delay(LOOK_AGAIN_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function take(lock: string): boolean {
  try {
    mkdirSync(lock);
    writeFileSync(path.join(lock, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(lock: string): number | undefined {
  try {
    return Number(readFileSync(path.join(lock, 'pid'), 'utf8')) || undefined;
  } catch {
    // It has just been taken, or given back.
    return undefined;
  }
}

function isDead(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: somebody else's process, but alive.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
