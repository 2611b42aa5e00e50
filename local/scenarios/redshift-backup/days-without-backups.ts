import type { Stage } from '../../rehearsal/stage';
import { schedulesOf, type RedshiftBackupWorld } from './world';

const DAY_MS = 86_400_000;
const RUN_MS = 5 * 60_000;

/**
 * Lets days pass in which nothing is backed up or proven and the daily clean-ups go on.
 *
 * They fire once after each leap, not each day: a leap is shorter than what a clean-up leaves a snapshot, so the runs in
 * between would change nothing.
 */
export async function passDaysWithoutBackups(stage: Stage<RedshiftBackupWorld>, cleanUps: readonly string[], leapsDays: readonly number[]): Promise<void> {
  for (const days of leapsDays) {
    await stage.step(`${days} days pass`, () => stage.cloud.clock.pass(days * DAY_MS));
    await schedulesOf(stage).whileFiring(cleanUps, () => stage.step('the clean-up of the day, by its schedule', () => stage.cloud.clock.pass(RUN_MS)));
  }
}
