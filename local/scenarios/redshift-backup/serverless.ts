import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { TAG } from '../../../lambda/redshift-backup/contract';
import { ending } from '../../rehearsal/error-of-execution';
import { giveCommand } from '../../rehearsal/give-command';
import { OperatorTerminal } from '../../rehearsal/operator-terminal';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { Lake } from './lake';
import { WarehouseOnStage } from './warehouse-on-stage';
import type { RedshiftBackupWorld } from './world';

const HOUR_MS = 3_600_000;

/** The same promise about a warehouse without a cluster. */
export const serverless: Scenario<RedshiftBackupWorld> = {
  name: 'serverless',
  title: 'A namespace of Redshift Serverless is backed up, shared by policy, restored and proven in the target account and owned by it; a recovery point becomes a backup',
  async run(stage) {
    const { source, target, stranger, lake: config } = stage.world;
    const [lake, warehouse] = [new Lake(stage), new WarehouseOnStage(stage, config)];
    await stage.step('the owner of the lake makes it, fills it and lets the pipeline read', () => lake.create());
    const lost = (operation: string) => `redshift-serverless:CreateSnapshot~${warehouse.functionName(operation)}*#1=lost-reply`;
    await lake.tagNamespace(TAG.retentionDays, '30');
    const snapshotId = await stage.withFaults([lost('create-snapshot')], () => warehouse.backUpWell({}, 'back the lake up; the answer to the snapshot is lost'));
    const snapshot = await lake.snapshot(source, snapshotId);
    stage.check(snapshot?.snapshotRetentionPeriod === 30 + config.graceDays, 'it is kept as long as a tag of the namespace says, and the days of grace');
    stage.check((await lake.sharedWith(target)).some(({ snapshotName }) => snapshotName === snapshotId), 'its policy lets the target account restore it');
    stage.check((await lake.sharedWith(stranger)).length === 0, 'a foreign account sees nothing');

    await stage.withFaults([lost('keep-copy')], () => warehouse.proveWell(snapshotId, 'prove it: a namespace and a workgroup are made, restored into, read, and deleted; the answer to the copy is lost'));
    const owned = await lake.snapshot(target, `${snapshotId}-owned`);
    stage.check(owned?.kmsKeyId?.includes(`:${target.account}:`) === true, 'the target account owns a copy, under its own key', owned?.kmsKeyId ?? 'no copy');
    stage.check((await lake.namespaces(target)).length === 0, 'no restored namespace is left');
    const freshness = await warehouse.measureFreshness();
    stage.check(freshness.newestShared === snapshotId && freshness.newestOwned === owned?.snapshotName, 'it could restore both, the shared one and its own');
    await restoredByCommand(stage, lake, snapshotId);
    const promoted = await recoveryPoint(stage, lake);
    await shares(stage, lake, warehouse, snapshotId);
    await lake.tagSnapshot(target, `${snapshotId}-owned`, TAG.retentionDays, '1');
    await cleanUp(stage, lake, warehouse, { outdated: promoted, held: snapshotId });
    await leftBehind(stage, lake, warehouse);
    await ownCopies(stage, lake, warehouse, `${snapshotId}-owned`);
  },
};

/** People restore with the command that they use for clusters. */
async function restoredByCommand(stage: Stage<RedshiftBackupWorld>, lake: Lake, snapshotId: string): Promise<void> {
  const { target, lake: config } = stage.world;
  const { restoredCluster } = config.names;
  const terminal = new OperatorTerminal(stage.cloud, stage.deployment.accounts, config.region);
  const command = ['warehouse', 'restore', config.name, snapshotId];
  const { exitCode } = await giveCommand(stage, terminal, config.target.account, command, { timePasses: true });
  stage.check(exitCode === 0 && (await lake.workgroups(target)).includes(restoredCluster), `${restoredCluster} is a namespace of the target account with a workgroup`);
  await stage.step('its owner deletes it', () => lake.remove(target, restoredCluster));
}

/** Redshift makes one every half hour and keeps it a day. */
async function recoveryPoint(stage: Stage<RedshiftBackupWorld>, lake: Lake): Promise<string> {
  const { target, lake: config } = stage.world;
  const terminal = new OperatorTerminal(stage.cloud, stage.deployment.accounts, config.region);
  const give = (...command: string[]) => giveCommand(stage, terminal, config.source.account, ['warehouse', ...command]);
  await stage.cloud.clock.pass(HOUR_MS);
  const { answer } = await give('automated', config.name);
  const [newest] = answer as readonly { readonly id: string }[];
  const promoting = terminal.give(config.source.account, ['warehouse', 'promote', config.name, newest?.id ?? ''], { interruptAt: /creating/ });
  await stage.step('an operator makes a snapshot of the newest recovery point, and is interrupted', () => promoting);
  await stage.cloud.clock.pass(HOUR_MS / 2);
  const promoted = (await give('promote', config.name, newest?.id ?? '')).answer as { readonly snapshot: string };
  stage.check((await lake.sharedWith(target)).some(({ snapshotName }) => snapshotName === promoted.snapshot), 'the recovery point is a backup that the target account may restore', promoted.snapshot);
  return promoted.snapshot;
}

async function shares(stage: Stage<RedshiftBackupWorld>, lake: Lake, warehouse: WarehouseOnStage, snapshotId: string): Promise<void> {
  const { source, target, stranger } = stage.world;
  await lake.shareWith(snapshotId, [stranger.account]);
  const mended = await stage.step('somebody shares it with a stranger instead: the shares are reconciled', () => stage.invoke<{ shared: readonly string[]; revoked: readonly string[] }>(source, warehouse.functionName('reconcile-shares'), {}), (result) => [JSON.stringify(result)]);
  stage.check(mended.shared.includes(snapshotId) && mended.revoked.length === 1, 'the target has its share back, and the stranger has none');
  stage.check((await lake.snapshot(source, snapshotId))?.accountsWithRestoreAccess?.join() === target.account, 'its policy names the target account alone');
}

async function cleanUp(stage: Stage<RedshiftBackupWorld>, lake: Lake, warehouse: WarehouseOnStage, { outdated, held }: { readonly outdated: string; readonly held: string }): Promise<void> {
  const { source } = stage.world;
  await lake.tagSnapshot(source, outdated, TAG.retentionDays, '1');
  await lake.tagSnapshot(source, held, TAG.legalHold, 'case 4711');
  await stage.step('a day passes', () => stage.cloud.clock.pass(26 * HOUR_MS));
  const failing = await stage.without(`${warehouse.functionName('apply-retention')}=redshift-serverless:DeleteSnapshot`, () => warehouse.backUp({}, 'a backup whose clean-up may not delete'));
  stage.check(failing.outcome.status === 'SUCCEEDED' && (await lake.snapshot(source, outdated)) !== undefined, 'the backup is good all the same', ending(failing.outcome));
  const { deleted } = await stage.step('the next clean-up may', () => stage.invoke<{ deleted: readonly string[] }>(source, warehouse.functionName('apply-retention'), {}), (result) => [JSON.stringify(result)]);
  stage.check(deleted.includes(outdated), 'what was to be kept for a day is gone');
  stage.check((await lake.snapshot(source, held))?.snapshotRetentionPeriod === -1, 'what is on hold stays for ever');
}

/** The target cleans up by itself, after each proof. */
async function ownCopies(stage: Stage<RedshiftBackupWorld>, lake: Lake, warehouse: WarehouseOnStage, first: string): Promise<void> {
  const { target } = stage.world;
  const { newestShared } = await warehouse.measureFreshness();
  await warehouse.proveWell(newestShared ?? '', 'prove the newest backup: with a newer copy, one that was to be kept for a day may go');
  stage.check((await lake.snapshot(target, first)) === undefined, 'the older copy is gone');
  const second = `${newestShared ?? ''}-owned`;
  await lake.tagSnapshot(target, second, TAG.legalHold, 'case 4712');
  await stage.invoke(target, warehouse.functionName('apply-retention'), {});
  stage.check((await lake.snapshot(target, second))?.snapshotRetentionPeriod === -1, 'a copy that is on hold stays for ever');
}

/** A run that dies leaves a namespace and a workgroup, which cost money. */
async function leftBehind(stage: Stage<RedshiftBackupWorld>, lake: Lake, warehouse: WarehouseOnStage): Promise<void> {
  const { target, lake: config } = stage.world;
  await stage.step('somebody stops a proof while its namespace is being made', async () => {
    const { executionArn } = await stage.invoke<{ executionArn: string }>(target, warehouse.functionName('request-proof'), {});
    await stage.until('there is a workgroup', HOUR_MS, async () => ((await lake.workgroups(target)).length > 0 ? true : undefined));
    await stage.client(SFNClient, target).send(new StopExecutionCommand({ executionArn, cause: 'maintenance' }));
  });
  await stage.step('longer than any proof may take', () => stage.cloud.clock.pass((config.proof.lifetimeHours + 1) * HOUR_MS));
  for (let sweeps = 0; sweeps < 3 && (await lake.namespaces(target)).length > 0; sweeps += 1) {
    await stage.step('the sweep', () => stage.invoke<{ swept: readonly string[] }>(target, warehouse.functionName('sweep-clusters'), {}), (result) => [JSON.stringify(result)]);
    await stage.cloud.clock.pass(HOUR_MS / 6);
  }
  stage.check((await lake.namespaces(target)).length === 0, 'the sweep has deleted workgroup and namespace');
}
