import type { DynamoTable } from '../common/aws/dynamo-table';

/** At most five copies of cluster snapshots run at a time into a region of an account: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-copy-snapshot.html */
export const COPY_SLOTS = 5;
/** A run that died keeps its slot no longer than the longest copy. */
const LEASE_MS = 24 * 3_600_000;

interface Slot {
  readonly region: string;
  readonly slot: string;
  readonly holder: string;
  readonly expiresAtMs: number;
}

export interface CopySlotsPorts {
  readonly table: Pick<DynamoTable, 'query' | 'putIf' | 'deleteIf'>;
  readonly now: () => Date;
}

/** Hands out the places for copies into a region, so that the sixth waits its turn instead of failing. */
export class CopySlots {
  constructor(private readonly ports: CopySlotsPorts) {}

  /** Takes a free place, or keeps the one that the holder has; answers false when all are taken. */
  async take(region: string, holder: string): Promise<boolean> {
    const taken = (await this.ports.table.query({ region })) as unknown as readonly Slot[];
    if (taken.some((slot) => slot.holder === holder)) return true;
    const nowMs = this.ports.now().getTime();
    for (let number = 1; number <= COPY_SLOTS; number += 1) {
      const slot = String(number);
      const item: Slot = { region, slot, holder, expiresAtMs: nowMs + LEASE_MS };
      const free = { expression: 'attribute_not_exists(#region) OR #expires < :now', names: { '#region': 'region', '#expires': 'expiresAtMs' }, values: { ':now': nowMs } };
      if (await this.ports.table.putIf({ ...item }, free)) return true;
    }
    return false;
  }

  /** Gives the holder's place back; a second time it does nothing. */
  async release(region: string, holder: string): Promise<void> {
    const taken = (await this.ports.table.query({ region })) as unknown as readonly Slot[];
    for (const { slot } of taken.filter((item) => item.holder === holder)) {
      await this.ports.table.deleteIf({ region, slot }, { expression: '#holder = :holder', names: { '#holder': 'holder' }, values: { ':holder': holder } });
    }
  }
}
