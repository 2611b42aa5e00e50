import { CreateKeyCommand, KMSClient, ReplicateKeyCommand } from '@aws-sdk/client-kms';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import type { WarmStandbyConfig } from '../../../lib/config/warm-standby';
import { ID_TAG } from '../../cloud/gateway/requested-id';
import type { Stage } from '../../rehearsal/stage';

/** What was there before the stacks: the hosted zone and the multi-region key of each system. */
export interface WarmStandbyWorld {
  /** By name. */
  readonly systems: ReadonlyMap<string, WarmStandbyConfig>;
  /** Numbers the transactions of all clients: none is used twice, whatever became of it. */
  readonly nextNumber: () => number;
  /** The stacks are there: from now on RDS takes its time. */
  readonly settled: () => void;
}

/** How much of its time RDS takes for what no story is about. */
export const SHORT_SHARE = 0.1;

export async function createWorld(stage: Stage<undefined>): Promise<WarmStandbyWorld> {
  for (const config of stage.deployment.warmStandby) {
    await createKey(stage, config);
    await createZone(stage, config);
  }
  const settled = stage.cloud.services.databases.rds.hurry(SHORT_SHARE);
  let last = 0;
  return { settled, systems: new Map(stage.deployment.warmStandby.map((config) => [config.name, config])), nextNumber: () => (last += 1) };
}

/** As `holdfast standby create-key` makes it. */
async function createKey(stage: Stage<undefined>, { account, primary, standby, dataKeyId }: WarmStandbyConfig): Promise<void> {
  const place = stage.place(account, primary.region);
  const kms = stage.client(KMSClient, place);
  await kms.send(new CreateKeyCommand({ MultiRegion: true, Description: 'data', Tags: [{ TagKey: ID_TAG, TagValue: dataKeyId }] }));
  await kms.send(new ReplicateKeyCommand({ KeyId: dataKeyId, ReplicaRegion: standby.region }));
}

async function createZone(stage: Stage<undefined>, { account, primary, domain }: WarmStandbyConfig): Promise<void> {
  const route53 = stage.client(Route53Client, stage.place(account, primary.region));
  await route53.send(new CreateHostedZoneCommand({ Name: domain.zoneName, CallerReference: domain.recordName }));
}
