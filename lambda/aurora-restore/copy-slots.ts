import { DynamoTable } from '../common/aws/dynamo-table';
import type { Env } from '../common/env';
import { ENV, type Hop } from './contract';

/** At most five copies of cluster snapshots run at a time into a region of an account: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-copy-snapshot.html */
export const COPY_SLOTS = 5;
/** A run that died keeps its slot no longer than the longest copy. */
const LEASE_MS = 24 * 3_600_000;

interface Slot {
  readonly place: string;
  readonly slot: string;
  /** Pipeline and operation: pipelines that restore into one account and region share the table, and their ids may be the same. */
  readonly holder: string;
  readonly expiresAtMs: number;
}

export interface CopySlotsPorts {
  readonly pipeline: string;
  readonly table: Pick<DynamoTable, 'query' | 'putIf' | 'deleteIf'>;
  readonly now: () => Date;
}

/** Hands out the places for copies into a region of an account, so that the sixth waits its turn instead of failing. */
export class CopySlots {
  constructor(private readonly ports: CopySlotsPorts) {}

  /** Takes a free slot, or keeps the one that the operation has; answers false when all are taken. */
  async take(place: string, operationId: string): Promise<boolean> {
    const holder = this.holderOf(operationId);
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

  /** Gives the operation's slots back; a second time it does nothing. */
  async release(place: string, operationId: string): Promise<void> {
    const holder = this.holderOf(operationId);
    const taken = (await this.ports.table.query({ place })) as unknown as readonly Slot[];
    for (const { slot } of taken.filter((item) => item.holder === holder)) {
      await this.ports.table.deleteIf({ place, slot }, { expression: '#holder = :holder', names: { '#holder': 'holder' }, values: { ':holder': holder } });
    }
  }

  private holderOf(operationId: string): string {
    return `${this.ports.pipeline}/${operationId}`;
  }
}

/** The slots in the table that the environment names. */
export function copySlotsOf(env: Env): CopySlots {
  return new CopySlots({ pipeline: env.required(ENV.PIPELINE), table: DynamoTable.in({ region: env.region }, env.required(ENV.COPY_SLOT_TABLE)), now: () => new Date() });
}

/** The account and region whose limit a copy counts against; a share counts against none. */
export function slotPlaceOf(hop: Hop, targetAccount: string): string | undefined {
  if (hop.kind === 'share') return undefined;
  const account = hop.kind === 'copy-to-target' ? targetAccount : hop.sourceArn.split(':')[4];
  return `${account} ${hop.region}`;
}
