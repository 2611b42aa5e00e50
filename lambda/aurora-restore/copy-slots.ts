import type { DynamoTable } from '../common/aws/dynamo-table';
import type { Hop } from './contract';

/** At most five copies of cluster snapshots run at a time into a region of an account: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-copy-snapshot.html */
export const COPY_SLOTS = 5;
/** A run that died keeps its slot no longer than the longest copy. */
const LEASE_MS = 24 * 3_600_000;

interface Slot {
  readonly place: string;
  readonly slot: string;
  readonly holder: string;
  readonly expiresAtMs: number;
}

export interface CopySlotsPorts {
  readonly table: Pick<DynamoTable, 'query' | 'putIf' | 'deleteIf'>;
  readonly now: () => Date;
}

/** Hands out the places for copies into a region of an account, so that the sixth waits its turn instead of failing. */
export class CopySlots {
  constructor(private readonly ports: CopySlotsPorts) {}

  /** Takes a free slot, or keeps the one that the holder has; answers false when all are taken. */
  async take(place: string, holder: string): Promise<boolean> {
    const taken = (await this.ports.table.query({ place })) as unknown as readonly Slot[];
    const nowMs = this.ports.now().getTime();
    if (taken.some((slot) => slot.holder === holder && slot.expiresAtMs >= nowMs)) return true;
    for (let number = 1; number <= COPY_SLOTS; number += 1) {
      const item: Slot = { place, slot: String(number), holder, expiresAtMs: nowMs + LEASE_MS };
      const free = { expression: 'attribute_not_exists(#slot) OR #expires < :now', names: { '#slot': 'slot', '#expires': 'expiresAtMs' }, values: { ':now': nowMs } };
      if (await this.ports.table.putIf({ ...item }, free)) return true;
    }
    return false;
  }

  /** Gives the holder's slots back; a second time it does nothing. */
  async release(place: string, holder: string): Promise<void> {
    const taken = (await this.ports.table.query({ place })) as unknown as readonly Slot[];
    for (const { slot } of taken.filter((item) => item.holder === holder)) {
      await this.ports.table.deleteIf({ place, slot }, { expression: '#holder = :holder', names: { '#holder': 'holder' }, values: { ':holder': holder } });
    }
  }
}

/** Where a copy counts: the source and the target account each have their own limit in a region. */
export function slotPlaceOf({ kind, region }: Pick<Hop, 'kind' | 'region'>): string {
  return `${kind === 'copy-to-target' ? 'target' : 'source'} ${region}`;
}
