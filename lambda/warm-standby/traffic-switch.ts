import { DynamoTable } from '../common/aws/dynamo-table';
import type { Env } from '../common/env';
import { ENV, EpochOvertaken } from './contract';

const PATIENCE_MS = 2_000;

/**
 * Where clients are sent, as the region remembers it whose alarm Route 53 follows.
 *
 * It is a latch: nothing but a failover of a later epoch changes it, whatever becomes of the regions' health.
 */
export class TrafficSwitch {
  constructor(private readonly table: Pick<DynamoTable, 'get' | 'putIf'>) {}

  static in(env: Env): TrafficSwitch {
    const region = env.required(ENV.SWITCH_REGION);
    // The region may be what was lost, and whoever asks it from elsewhere has something else to do then.
    return new TrafficSwitch(DynamoTable.in({ region, ...(region !== env.region && { patienceMs: PATIENCE_MS }) }, env.required(ENV.STATE_TABLE)));
  }

  /** The region that serves; nothing before the first failover, when the primary does. */
  async position(): Promise<string | undefined> {
    return (await this.table.get({ item: 'switch' }))?.['activeRegion'] as string | undefined;
  }

  async turnTo(activeRegion: string, epoch: number, at: string): Promise<void> {
    const condition = { expression: 'attribute_not_exists(epoch) OR epoch <= :epoch', values: { ':epoch': epoch } };
    if (!(await this.table.putIf({ item: 'switch', activeRegion, epoch, at }, condition))) throw new EpochOvertaken(`epoch ${epoch} is overtaken: traffic follows a later one`, { epoch });
  }
}
