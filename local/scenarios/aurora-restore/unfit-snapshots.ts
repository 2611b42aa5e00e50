import { GetKeyPolicyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { DescribeDBClusterSnapshotsCommand, RDSClient } from '@aws-sdk/client-rds';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { PipelineOnStage } from './pipeline-on-stage';
import { snapshotByHand } from './same-account';
import { GRANTS_FOR_RESTORE, type AuroraRestoreWorld } from './world';

const HOUR_MS = 3_600_000;

/** What cannot become a restore is refused before anything is copied. */
export const unfitSnapshots: Scenario<AuroraRestoreWorld> = {
  name: 'unfit-snapshots',
  title: 'A snapshot that is missing, too old, or under a key that may not be used stops the run before anything is made',
  async run(stage) {
    const catalog = new PipelineOnStage(stage, 'catalog-rebuild');
    await catalog.restoreFailing({ operationId: 'missing', snapshotIdentifier: 'nobody-made-this' }, /NoUsableSnapshot.*nobody-made-this/s, 'restore a snapshot that is not there');
    await snapshotByHand(stage, catalog, 'catalog-grows-old');
    await stage.step('hours pass without another', () => passUntilOld(stage, catalog));
    await catalog.restoreFailing({ operationId: 'too-old' }, /NoUsableSnapshot.*the newest, [^ ]+, is [\d.]+ h old/s, 'restore the newest snapshot');

    const orders = new PipelineOnStage(stage, 'orders-refresh');
    await orders.captured();
    await withoutKeyPermission(stage, orders, async () => {
      await orders.restoreFailing({ operationId: 'unshareable' }, /PreflightFailed.*kms:CreateGrant/s, 'restore under a key that the target account may not use');
    });
    await orders.checkNothingLeft('unshareable');
  },
};

/** RDS may take others by itself meanwhile, so it is looked at whether the newest is too old for a pipeline that wants it fresh. */
async function passUntilOld(stage: Stage<AuroraRestoreWorld>, { source }: PipelineOnStage): Promise<void> {
  const { clusterIdentifier } = source.config.source;
  const limitMs = source.config.snapshotMaxAgeHours * HOUR_MS;
  await stage.until(`the newest snapshot of ${clusterIdentifier} is too old`, 48 * HOUR_MS, async () => {
    const { DBClusterSnapshots = [] } = await stage.client(RDSClient, source.place).send(new DescribeDBClusterSnapshotsCommand({ DBClusterIdentifier: clusterIdentifier }));
    const newestMs = Math.max(...DBClusterSnapshots.map(({ SnapshotCreateTime }) => SnapshotCreateTime?.getTime() ?? 0));
    const leftMs = newestMs + limitMs - stage.cloud.clock.nowMs();
    if (leftMs < 0) return true;
    await stage.cloud.clock.pass(leftMs);
    return undefined;
  });
}

async function withoutKeyPermission(stage: Stage<AuroraRestoreWorld>, { source }: PipelineOnStage, work: () => Promise<void>): Promise<void> {
  const kms = stage.client(KMSClient, source.place);
  const KeyId = source.config.source.kmsKeyArn;
  const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
  const { Statement, ...document } = JSON.parse(Policy) as { Statement: readonly { Sid: string }[] };
  const closed = { ...document, Statement: Statement.filter(({ Sid }) => Sid !== GRANTS_FOR_RESTORE) };
  await stage.step('the key’s owner lets the other account no longer hand the key on to RDS', () => kms.send(new PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify(closed) })));
  try {
    await work();
  } finally {
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
  }
}
