import { text } from 'node:stream/consumers';
import type { CallSts } from '../auth/workload-identity';
import { BucketStore } from '../stages/bucket-store';
import type { StageCredentials } from '../stages/object-store';
import { SnowflakeWarehouse, type WarehouseOptions } from '../warehouse';
import { OperatorDoor } from './operator-door';
import { ParentChannel } from './parent-channel';
import type { ProcessConfig, ProcessReady } from './process-config';

/**
 * Runs a warehouse as a process of its own: configuration as JSON on standard input, addresses as one line of JSON on
 * standard output, the end with SIGTERM or when the parent goes away.
 */
async function serve(): Promise<void> {
  const config = JSON.parse(await text(process.stdin)) as ProcessConfig;
  const channel = new ParentChannel();
  const warehouse = await SnowflakeWarehouse.start(optionsFor(config, channel));
  const door = new OperatorDoor(warehouse);
  const ready: ProcessReady = { url: warehouse.url, doorUrl: await door.listen(), doorToken: door.token };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  const stop = () => {
    void Promise.all([door.close(), warehouse.stop()]).then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('disconnect', stop);
}

function optionsFor(config: ProcessConfig, channel: ParentChannel): WarehouseOptions {
  const { ports, stageBucket, ...plain } = config;
  const stageStore = stageBucket && {
    objects: new BucketStore(stageBucket),
    bucket: stageBucket.bucket,
    region: stageBucket.region,
    endPoint: stageBucket.endPoint,
    credentials: async (prefix: string) => (await channel.ask('stageCredentials', prefix)) as StageCredentials,
  };
  const callSts: CallSts = async (request) => (await channel.ask('callSts', request)) as Awaited<ReturnType<CallSts>>;
  return {
    ...plain,
    ...(stageStore && { stageStore }),
    ...(ports.callSts && { callSts }),
    ...(ports.clock && {
      now: () => channel.now(),
      refreshTime: () => channel.refreshTime(),
      whileWorking: <T>(work: () => Promise<T>) => channel.whileWorking(work),
    }),
  };
}

void serve();
