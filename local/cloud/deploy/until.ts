import type { ResourceContext } from './resource-provider';

/** How often CloudFormation looks whether a resource is ready, and how long at most. */
const POLL_MS = 5_000;
const WITHIN_MS = 30 * 60_000;

/** Waits for a resource as CloudFormation does: by asking. */
export async function until({ clock }: ResourceContext, what: string, holds: () => Promise<boolean>): Promise<void> {
  const held = async (): Promise<void> => {
    while (!(await holds())) await clock.sleep(POLL_MS);
  };
  await clock.passUntil(held(), WITHIN_MS, what);
}
