import { regionalArn } from '../../cloud/gateway/arn';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { OperatorCommands } from './operator-commands';
import { PipelineOnStage } from './pipeline-on-stage';
import { checkQuarantined } from './quarantine';
import { BEFORE_RELEASE, snapshotByHand } from './same-account';
import { sixthCopyWaits } from './six-copies';
import type { AuroraRestoreWorld } from './world';

/** A copy that fails when it is nearly done: the run removes what it made, and the same request then succeeds. */
export const copyFailsLate: Scenario<AuroraRestoreWorld> = {
  name: 'copy-fails-late',
  title: 'A copy fails at 90 %: what the run made is removed, and the same request restores later, when it has waited its turn behind five other copies',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'orders-refresh');
    await pipeline.captured();
    const operationId = 'copy-fails';
    stage.cloud.services.databases.rds.failCopy(regionalArn('rds', pipeline.target, `cluster-snapshot:${operationId}-copy`), 90);
    await pipeline.restoreFailing({ operationId }, /copy-fails-copy/, 'restore while the copy is doomed');
    await pipeline.rings('RestoreFailed');
    await pipeline.checkNothingLeft(operationId);
    await sixthCopyWaits(stage, pipeline, operationId, () => pipeline.restoreProven({ operationId }, 'request the same operation again, while five other copies are under way'));
    await pipeline.audit(operationId);
  },
};

/** User set-up that breaks off in the middle: nobody gets in, and what cannot be completed is given up. */
export const usersHalfway: Scenario<AuroraRestoreWorld> = {
  name: 'users-halfway',
  title: 'Masking fails after the users are made: the database stays closed, is given up, and a corrected source restores, by the commands of the runbook',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'catalog-rebuild');
    const { bastion, administrator } = pipeline.source;
    const onSource = (title: string, statement: string) => stage.step(title, () => bastion.query(administrator, (client) => client.query(statement)));
    // Masking makes customer 7 the second with this address, which the table's unique constraint refuses.
    await onSource('a customer of production has an address that masking will need', `UPDATE sales.customers SET email = 'customer-7@example.com' WHERE id = 9`);
    await pipeline.capture();
    const operationId = 'users-halfway';
    await pipeline.restoreFailing({ operationId, onFailure: 'keep' }, /customer-emails/, 'restore, keeping what was made');
    const [arn = ''] = await pipeline.madeBy(operationId, pipeline.target);
    await checkQuarantined(stage, pipeline, await pipeline.cluster(arn.split(':').at(-1) ?? ''));
    await pipeline.abandoned(operationId);
    await onSource('the address is corrected', `UPDATE sales.customers SET email = 'person9@customers.example' WHERE id = 9`);
    await restoredByCommands(stage, pipeline, 'users-corrected');
  },
};

/** The cut-over breaks off when the database of the run before has made room: it gets its name and its clients back. */
export const cutOverFails: Scenario<AuroraRestoreWorld> = {
  name: 'cut-over-fails',
  title: 'The cut-over fails after the database in use has made room: it comes back under its name, open to its clients',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'catalog-rebuild');
    const name = pipeline.source.config.target.clusterIdentifier;
    await snapshotByHand(stage, pipeline, BEFORE_RELEASE);
    if (!(await pipeline.cluster(name))) await pipeline.restoreProven({ operationId: 'first', snapshotIdentifier: BEFORE_RELEASE });
    const before = await pipeline.cluster(name);
    const rules = [`rds:ModifyDBCluster~${pipeline.functionName('open-network')}#3x*=error:InvalidVPCNetworkStateFault`, `rds:DeleteDBInstance~${pipeline.functionName('compensate-restore')}*#1=kill`];
    await stage.withFaults(rules, () => pipeline.restoreFailing({ operationId: 'cut-over', snapshotIdentifier: BEFORE_RELEASE }, /InvalidVPCNetworkState/, 'restore while clusters cannot be renamed, and what compensates is killed in mid-work'));
    const after = await pipeline.cluster(name);
    stage.check(after?.DbClusterResourceId === before?.DbClusterResourceId && after?.Status === 'available', `${name} is the cluster that it was`, after?.Status ?? 'gone');
    const groups = (cluster: typeof after) => (cluster?.VpcSecurityGroups ?? []).map(({ VpcSecurityGroupId }) => VpcSecurityGroupId).join();
    stage.check(groups(after) === groups(before), 'its clients reach it as before');
    await pipeline.checkNothingLeft('cut-over');
  },
};

/** As the runbook tells somebody to who wants to know whether the source can be restored. */
async function restoredByCommands(stage: Stage<AuroraRestoreWorld>, pipeline: PipelineOnStage, operationId: string): Promise<void> {
  const commands = new OperatorCommands(stage, pipeline);
  await commands.capture();
  const { calls, deletions } = await commands.plan();
  stage.check(calls.some((call) => call.startsWith('rds:RestoreDBClusterFromSnapshot ')) && deletions.length === 0, `the plan lists ${calls.length} calls, and that nothing is deleted`);
  const verdict = await commands.start(operationId);
  const { provenRows, rows } = await commands.proof(operationId);
  stage.check(verdict === 'PROVEN', `content ${verdict}: ${provenRows} of ${rows} rows`);
  const [written, shown] = [await pipeline.audit(operationId), await commands.audit(operationId)];
  stage.check(shown.events.length === written.length && shown.brokenAt === null, 'the command shows the same audit, and its chain whole');
}
