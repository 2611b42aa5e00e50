import type { Place } from '../../gateway/service';
import { rdsArn } from './rds-arn';
import { SNAPSHOT_WORDS } from './state/estate';
import type { SnapshotKind } from './state/snapshot';

/** Copies that a scenario wants to fail. */
export class DoomedCopies {
  private readonly percents = new Map<string, number>();

  /** Lets the next copy that makes this snapshot fail when it has come so far. */
  add(kind: SnapshotKind, place: Place, identifier: string, afterPercent: number): void {
    if (!(afterPercent >= 0 && afterPercent < 100)) throw new Error(`afterPercent ${afterPercent} must be 0 or more and less than 100`);
    this.percents.set(rdsArn(SNAPSHOT_WORDS[kind].arn, place, identifier.toLowerCase()), afterPercent);
  }

  take(kind: SnapshotKind, place: Place, identifier: string): number | undefined {
    const arn = rdsArn(SNAPSHOT_WORDS[kind].arn, place, identifier);
    const percent = this.percents.get(arn);
    this.percents.delete(arn);
    return percent;
  }
}
