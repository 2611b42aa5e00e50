import { defineHandler, type Invocation } from '../common/define-handler';
import { SourceBusy, type ExtractPartitionInput, type ExtractPartitionOutput } from './contract';
import { extractShare } from './load/extract-share';
import { keepTable, type HoldPorts } from './load/hold-table';
import { MOST_RESTS } from './load/progress';
import { wireWork } from './wire-work';

/** Brings one share of a divided load from the source to the stage; called again until it is done, it goes on where it stopped. */
export async function extractPartition({ load, partition: { index }, rests }: ExtractPartitionInput, ports: HoldPorts, invocation: Invocation): Promise<ExtractPartitionOutput> {
  return keepTable(ports, load, invocation, async (work) => {
    try {
      return await extractShare(work, load, index);
    } catch (error) {
      if (error instanceof SourceBusy && rests < MOST_RESTS) return { index, done: false, rangesDone: 0, rows: 0, waitSeconds: work.limits.restSeconds, rests: rests + 1 };
      throw error;
    }
  });
}

export const handler = defineHandler('snowflake-replicator/extract-partition', extractPartition, wireWork);
