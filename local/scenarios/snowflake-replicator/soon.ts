import { CheckFailed } from '../../rehearsal/stage';

const LOOK_MS = 5;
const PATIENCE_MS = 120_000;

/**
 * Waits until the probe finds something, without letting idle time pass: for what happens while functions work.
 *
 * A timer is the only way to look at what runs in other processes, which tell nobody.
 */
export async function soon<T>(what: string, probe: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const giveUpAtMs = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUpAtMs) {
    const found = await probe();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new CheckFailed(`waited in vain: ${what}`);
}

/** Waits no longer for what is to happen while functions work than `soon` does. */
export async function within<T>(what: string, found: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CheckFailed(`waited in vain: ${what}`)), PATIENCE_MS);
  });
  return Promise.race([found, late]).finally(() => clearTimeout(timer));
}
