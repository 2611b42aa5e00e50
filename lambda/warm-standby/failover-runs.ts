import { DynamoTable } from '../common/aws/dynamo-table';
import type { Env } from '../common/env';
import { ENV, type NamedLoss, type Verdict } from './contract';

/** A failover as this region remembers it. */
export interface RunRecord {
  readonly operationId: string;
  readonly status: 'running' | 'succeeded' | 'failed' | 'undone';
  readonly requestedAt: string;
  readonly lastServedAt: string;
}

/** A question that waits for a person. The token lets the execution go on, so it is kept here and shown to nobody. */
export interface PendingApproval {
  readonly operationId: string;
  readonly taskToken: string;
  readonly verdict: Verdict;
  readonly namedLoss: NamedLoss;
  readonly expiresAt: string;
}

/** An orderly failover that has begun, at a moment in ISO 8601. */
export interface Handover {
  readonly epoch: number;
  readonly at: string;
}

/** When the active region answered, ISO 8601, and in which epoch. */
export interface Served {
  readonly lastServedAt: string;
  readonly epoch: number;
}

/** Clients were called back to this region although the region that holds the switch was silent. Moments are in ISO 8601. */
export interface Recall {
  readonly epoch: number;
  readonly at: string;
  /** When the switch was turned after all. */
  readonly settledAt?: string;
}

/** What this region remembers of failovers and of the service: items of its own table. */
export class FailoverRuns {
  constructor(private readonly table: Pick<DynamoTable, 'get' | 'put' | 'set'>) {}

  static in(env: Env): FailoverRuns {
    return new FailoverRuns(DynamoTable.in({ region: env.region }, env.required(ENV.STATE_TABLE)));
  }

  async ofEpoch(epoch: number): Promise<RunRecord | undefined> {
    return (await this.table.get({ item: runKey(epoch) })) as RunRecord | undefined;
  }

  async note(epoch: number, record: Partial<RunRecord>): Promise<void> {
    await this.table.set({ item: runKey(epoch) }, record);
  }

  async askedFor(approval: PendingApproval): Promise<void> {
    await this.table.put({ item: `approval/${approval.operationId}`, ...approval });
  }

  async pendingApproval(operationId: string): Promise<PendingApproval | undefined> {
    return (await this.table.get({ item: `approval/${operationId}` })) as PendingApproval | undefined;
  }

  /** Notes that an orderly failover has begun: until its time is over, what looks like an outage is meant. */
  async handsOver(epoch: number, at: string): Promise<void> {
    await this.table.put({ item: 'handover', epoch, at });
  }

  /** The last orderly failover: its epoch, and when it began. */
  async handover(): Promise<Handover | undefined> {
    return (await this.table.get({ item: 'handover' })) as Handover | undefined;
  }

  async noteRecall(recall: Recall): Promise<void> {
    await this.table.put({ item: 'recall', ...recall });
  }

  /** The last time that clients were called back; nothing in a system that never lost the region that holds the switch while it served. */
  async recall(): Promise<Recall | undefined> {
    return (await this.table.get({ item: 'recall' })) as Recall | undefined;
  }

  /** When the active region was last seen to answer, ISO 8601; nothing before the first probe. */
  async lastServedAt(): Promise<string | undefined> {
    return (await this.lastServed())?.lastServedAt;
  }

  /** The same with the epoch in which it answered. */
  async lastServed(): Promise<Served | undefined> {
    return (await this.table.get({ item: 'service' })) as Served | undefined;
  }

  async served(at: string, epoch: number): Promise<void> {
    await this.table.put({ item: 'service', lastServedAt: at, epoch } satisfies Served & { readonly item: string });
  }
}

function runKey(epoch: number): string {
  return `run/epoch-${epoch}`;
}
