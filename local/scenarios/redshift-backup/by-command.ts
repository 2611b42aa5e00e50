import { DeleteClusterCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { giveCommand } from '../../rehearsal/give-command';
import { OperatorTerminal, type CommandOptions } from '../../rehearsal/operator-terminal';
import { WarehouseOnStage } from './warehouse-on-stage';
import { fillWarehouse, type RedshiftBackupWorld } from './world';

const HOUR_MS = 3_600_000;
const SNAPSHOT = 'by-hand-1';

interface ListedSnapshot {
  readonly identifier: string;
  readonly status: string;
}

interface CostOfApproach {
  readonly approach: string;
  readonly usdAMonth: number;
}

/** The first approach, as people go it: a command after the other, some of them interrupted. */
export const byCommand: Scenario<RedshiftBackupWorld> = {
  name: 'by-command',
  title: 'Operators make, share, list and restore a snapshot by commands, one by one and by the demonstration, which go on where they were interrupted, and ask what backups cost',
  async run(stage) {
    const { source, target, config } = stage.world;
    const warehouse = new WarehouseOnStage(stage);
    await fillWarehouse(stage);
    const terminal = new OperatorTerminal(stage.cloud, stage.deployment.accounts, config.region);
    const give = (profile: string, command: readonly string[], options?: CommandOptions) => warehouseCommand(stage, terminal, profile, command, options);
    const isRestored = async () => (await warehouse.clusters(target)).some(({ ClusterStatus, RestoreStatus }) => ClusterStatus === 'available' && RestoreStatus?.Status === 'completed');
    const make = ['snapshot', config.name, '--snapshot', SNAPSHOT, '--days', '3'];

    await give(config.source.account, make, { interruptAt: /creating/ });
    await untilThere(stage, 'the snapshot is complete', async () => (await warehouse.snapshot(source, SNAPSHOT))?.Status === 'available');
    const { told } = await give(config.source.account, ['demo', config.name, '--snapshot', SNAPSHOT, '--source-profile', config.source.account, '--target-profile', config.target.account], { timePasses: true });
    stage.check(told.some((line) => line.includes(`${SNAPSHOT} has been begun before`)), 'the demonstration gives every command, and the first goes on where it was interrupted', ...told.filter((line) => line.startsWith('$ ')));
    stage.check(await warehouse.isShared(SNAPSHOT), 'the target account sees the snapshot');
    stage.check(await isRestored(), `${config.names.restoredCluster} is available in the target account`);

    await stage.client(RedshiftClient, target).send(new DeleteClusterCommand({ ClusterIdentifier: config.names.restoredCluster, SkipFinalClusterSnapshot: true }));
    await untilThere(stage, 'its owner deletes it', async () => (await warehouse.clusters(target)).length === 0);
    const restore = ['restore', config.name, SNAPSHOT];
    await give(config.target.account, restore, { interruptAt: /is being restored|creating/ });
    await untilThere(stage, 'the cluster has its data', isRestored);
    const restored = (await give(config.target.account, restore)).answer as { readonly identifier: string; readonly status: string };
    stage.check(restored.identifier === config.names.restoredCluster && restored.status === 'available', 'the same command goes on where it was interrupted');
    const listed = (await give(config.target.account, ['snapshots', config.name])).answer as readonly ListedSnapshot[];
    stage.check(listed.some(({ identifier, status }) => identifier === SNAPSHOT && status === 'available'), 'the target account lists it among what it could restore');

    const costs = (await give(config.source.account, ['cost', config.name, '--size-gb', '1000', '--date', '2026-11-21'])).answer as readonly CostOfApproach[];
    const of = (approach: string) => costs.find((cost) => cost.approach === approach)?.usdAMonth ?? 0;
    stage.check(of('AWS Backup') === of('operator commands') && of('automation with owned copies') > of('automation'), 'the cost page counts what each approach costs: AWS Backup bills what Redshift bills, and a proof is not free', ...costs.map(({ approach, usdAMonth }) => `${approach}: ${usdAMonth.toFixed(2)} USD a month`));
    const wrong = await terminal.give(config.source.account, ['warehouse', 'cost', config.name, '--change-percent', '140']);
    stage.check(wrong.exitCode !== 0 && wrong.told.some((line) => line.includes('changePercentADay: 140 is not allowed, expected 0 to 100')), 'a question that makes no sense is refused', ...wrong.told);
    await stage.client(RedshiftClient, target).send(new DeleteClusterCommand({ ClusterIdentifier: config.names.restoredCluster, SkipFinalClusterSnapshot: true }));
  },
};

async function warehouseCommand(stage: Stage<RedshiftBackupWorld>, terminal: OperatorTerminal, profile: string, command: readonly string[], options: CommandOptions = {}) {
  const outcome = await giveCommand(stage, terminal, profile, ['warehouse', ...command], options);
  stage.check(options.interruptAt ? outcome.exitCode === null : outcome.exitCode === 0, options.interruptAt ? 'it is interrupted' : 'it succeeds', ...outcome.told);
  return outcome;
}

async function untilThere(stage: Stage<RedshiftBackupWorld>, what: string, look: () => Promise<boolean>): Promise<void> {
  await stage.step(what, () => stage.until(what, 12 * HOUR_MS, async () => ((await look()) ? true : undefined)));
}
