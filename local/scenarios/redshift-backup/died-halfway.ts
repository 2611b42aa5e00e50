import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { BackupResponse } from '../../../lambda/redshift-backup/contract';
import { checkUndeliverable } from '../../rehearsal/check-undeliverable';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { WarehouseOnStage } from './warehouse-on-stage';
import { fillWarehouse, schedulesOf, type RedshiftBackupWorld } from './world';

const HOUR_MS = 3_600_000;

/** Functions that die, answers that are lost, an execution that is stopped and a schedule that reaches nobody. */
export const diedHalfway: Scenario<RedshiftBackupWorld> = {
  name: 'died-halfway',
  title: 'Functions are killed and answers lost: runs go on; a stopped proof leaves a cluster, which the sweep deletes',
  async run(stage) {
    const { source, target, config } = stage.world;
    const warehouse = new WarehouseOnStage(stage);
    await fillWarehouse(stage);
    const kill = (operation: string, call: string) => `${call}~${warehouse.functionName(operation)}*#1=kill`;
    const lost = (operation: string, call: string) => `${call}~${warehouse.functionName(operation)}*#1=lost-reply`;
    const inBackup = [kill('preflight-backup', 'redshift:DescribeClusters'), kill('take-manifest', 'redshift-data:BatchExecuteStatement'), lost('create-snapshot', 'redshift:CreateClusterSnapshot'), kill('share-snapshot', 'redshift:AuthorizeSnapshotAccess')];
    const snapshotId = await stage.withFaults(inBackup, () => warehouse.backUpWell({}, 'back up while three functions die once and an answer is lost'));
    const inProof = [kill('choose-snapshot', 's3:ListObjectsV2'), lost('restore-cluster', 'redshift:RestoreFromClusterSnapshot'), lost('keep-copy', 'redshift:CreateClusterSnapshot'), kill('record-proof', 's3:PutObject')];
    await stage.withFaults(inProof, () => warehouse.proveWell(snapshotId, 'prove while two functions die once and two answers are lost'));

    const again = { scheduledTime: '2026-01-01T02:00:00Z' };
    const first = await stage.invoke<BackupResponse>(source, config.names.backupFunction, again);
    const second = await stage.invoke<BackupResponse>(source, config.names.backupFunction, again);
    stage.check(first.execution_arn === second.execution_arn && second.status === 'running', 'a slot that is delivered twice is one backup', `${first.snapshot_id}: ${first.status}, ${second.status}`);
    await stage.executionEnd(source, first.execution_arn);

    await stoppedProof(stage, first.snapshot_id);
    stage.check((await warehouse.clusters(target)).length === 1, 'a restored cluster is left behind');
    await undeliverable(stage);
    stage.check((await warehouse.clusters(target)).every(({ ClusterStatus }) => ClusterStatus === 'deleting'), 'the sweep has deleted it once it was older than any proof may take');
  },
};

async function stoppedProof(stage: Stage<RedshiftBackupWorld>, snapshotId: string): Promise<void> {
  const { target } = stage.world;
  const states = stage.client(SFNClient, target);
  await stage.step('somebody stops a proof while its cluster is being restored', async () => {
    const { executionArn } = await stage.invoke<{ executionArn: string }>(target, new WarehouseOnStage(stage).functionName('request-proof'), { snapshot_identifier: snapshotId });
    await stage.untilEntered(target, executionArn, 'WaitUntilLoaded');
    await states.send(new StopExecutionCommand({ executionArn, cause: 'maintenance' }));
  });
}

/** The schedule of the freshness may not call its function: what it could not deliver is kept, and people hear of it. The sweep, meanwhile, does its work. */
async function undeliverable(stage: Stage<RedshiftBackupWorld>): Promise<void> {
  const { target, config } = stage.world;
  await stage.step('longer than any proof may take', () => stage.cloud.clock.pass(config.proof.lifetimeHours * HOUR_MS));
  await checkUndeliverable(stage, schedulesOf(stage), { place: target, name: `redshift-backup-${config.name}-freshness`, beside: [`redshift-backup-${config.name}-sweep`] });
}
