import type { ManifestProgress } from '../../../lambda/redshift-backup/contract';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { bucketPolicy, keyPolicy, statementsAbout, withoutStatement } from './policy-statements';
import { WarehouseOnStage } from './warehouse-on-stage';
import { fillWarehouse, type RedshiftBackupWorld } from './world';

const HOUR_MS = 3_600_000;

/** Keys and buckets let the other account in by statements of their own, each of which is needed. */
export const removedStatements: Scenario<RedshiftBackupWorld> = {
  name: 'removed-statements',
  title: 'Each statement by which a key or a bucket lets the other account in is removed in turn: what needs it fails and names it',
  async run(stage) {
    const { source, target, config } = stage.world;
    const warehouse = new WarehouseOnStage(stage);
    await fillWarehouse(stage);
    const snapshotId = await warehouse.backUpWell();
    const { region = '' } = config.regionCopy ?? {};
    const prefix = `redshift-backup-${config.name}`;
    const evidenceKey = await keyPolicy(stage, target, `alias/${prefix}-evidence`);
    const evidence = bucketPolicy(stage, target, warehouse.evidenceBucket);
    const warehouseKey = await keyPolicy(stage, source, `alias/${config.names.sourceKeyAlias}`);
    const copyKey = await keyPolicy(stage, { ...source, region }, `alias/${prefix}-copies`);
    const found = [...(await statementsAbout(evidenceKey, source.account)), ...(await statementsAbout(evidence, source.account)), ...(await statementsAbout(warehouseKey, target.account)), ...(await statementsAbout(copyKey, target.account))];
    const known = ['WriterOfManifests', 'WriterOfManifests', 'ReaderOfVerdicts', 'RestoreInTargetAccount', 'RestoreInTargetAccount'];
    stage.check(found.join() === known.join(), 'these statements let the other account in, and no others', ...found);
    stage.expectRefusals(/(take-manifest|apply-retention|measure-freshness|choose-snapshot) is not authorized to perform: (kms:|s3:)/);

    for (const [holder, what, action] of [[evidenceKey, 'the key of the evidence', 'kms:GenerateDataKey'], [evidence, 'the bucket of the evidence', 's3:PutObject']] as const) {
      const answer = await withoutStatement(holder, 'WriterOfManifests', () => refusal(() => takeManifest(stage, warehouse, `without-${action.replace(/\W/g, '-')}`)));
      stage.check(answer.includes(action), `without its statement in ${what}, the source writes no manifest`, answer);
    }
    const unseen = await withoutStatement(evidence, 'ReaderOfVerdicts', () => refusal(() => stage.invoke(source, warehouse.functionName('apply-retention'), {})));
    stage.check(unseen.includes('s3:ListBucket'), 'without its statement in the bucket, the source deletes nothing: it does not know what is proven', unseen);

    await untilCopied(stage, warehouse, `copy:${snapshotId}`, region);
    const closedThere = await withoutStatement(copyKey, 'RestoreInTargetAccount', () => warehouse.measureFreshness('without the statement in the key of the copies, the target could restore none'));
    stage.check(closedThere.newestRegionCopy === null && closedThere.obstacles.some((obstacle) => obstacle.includes(`:${region}:`) && obstacle.includes('kms:')), 'it says which key is in the way', ...closedThere.obstacles);
    const closedHere = await withoutStatement(warehouseKey, 'RestoreInTargetAccount', () => warehouse.measureFreshness('without the statement in the key of the warehouse, the target could restore nothing shared'));
    stage.check(closedHere.newestShared === null && closedHere.obstacles.length > 0, 'it says which key is in the way', ...closedHere.obstacles);
  },
};

/** Takes a manifest step by step, as the state machine would. */
async function takeManifest(stage: Stage<RedshiftBackupWorld>, warehouse: WarehouseOnStage, operationId: string): Promise<void> {
  const { source, config } = stage.world;
  const call = (progress: ManifestProgress | null) => stage.invoke<ManifestProgress>(source, warehouse.functionName('take-manifest'), { operationId, clusterIdentifier: config.source.clusterIdentifier, phase: 'before', longestMinutes: 60, progress });
  for (let progress = await call(null); !progress.done; progress = await call(progress)) await stage.cloud.clock.pass(15_000);
}

async function untilCopied(stage: Stage<RedshiftBackupWorld>, warehouse: WarehouseOnStage, copyId: string, region: string): Promise<void> {
  const { source } = stage.world;
  await stage.until(`${copyId} is available`, 12 * HOUR_MS, async () => ((await warehouse.snapshots({ ...source, region })).some(({ SnapshotIdentifier, Status }) => SnapshotIdentifier === copyId && Status === 'available') ? true : undefined));
  await stage.invoke(source, warehouse.functionName('reconcile-region-copies'), {});
}

async function refusal(attempt: () => Promise<unknown>): Promise<string> {
  return attempt().then(() => 'allowed', (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`);
}
