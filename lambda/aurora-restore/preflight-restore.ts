import { createHash } from 'node:crypto';
import { AuditLog } from '../common/audit-log';
import { Clusters } from '../common/aws/clusters';
import { DynamoTable } from '../common/aws/dynamo-table';
import { Keys } from '../common/aws/keys';
import { Secret } from '../common/aws/secret';
import { defineHandler } from '../common/define-handler';
import { DeletionRefused, ENV, PreflightFailed, TAG, TargetNotOurs, type ChosenSnapshot, type RestorePlan, type RestoreRun, type StepInput } from './contract';
import { deletionsOf, hashPlan, reasonsToKeep } from './deletion-guard';
import { describeCalls } from './plan-calls';
import { settingsOf, sourceTarget } from './settings';

export interface PreflightRestoreInput extends StepInput {
  readonly snapshot: ChosenSnapshot;
}

export interface PreflightRestorePorts {
  readonly pipeline: string;
  readonly sourceDeletable: boolean;
  readonly sourceCluster: string;
  readonly subnetGroup: string;
  /** Keys that RDS will have to use for us, each asked in its own region. */
  readonly keyObstacle: (keyArn: string) => Promise<string | undefined>;
  readonly targetKeyArn: string;
  readonly sourceClusters: Pick<Clusters, 'find' | 'findInstance'>;
  readonly clusters: Pick<Clusters, 'find' | 'hasSubnetGroup' | 'quotaLeft'>;
  readonly secrets: readonly { readonly arn: string; readonly secret: Pick<Secret, 'exists'> }[];
  readonly audit: Pick<AuditLog, 'append'>;
}

/**
 * Finds out, before anything is started, whether the restore can succeed and what it will do.
 *
 * Raises `PreflightFailed` with everything that is missing, `TargetNotOurs` when the name belongs to somebody else,
 * and `DeletionRefused` when a run that deletes its source may not.
 */
export async function preflightRestore({ run, snapshot }: PreflightRestoreInput, ports: PreflightRestorePorts): Promise<RestorePlan> {
  const missing = await findMissing(snapshot, ports);
  if (missing.length > 0) throw new PreflightFailed(missing);
  const names = await chooseName(run, ports);
  const deletions = run.deleteSource ? await planDeletions(ports) : [];
  const planHash = hashPlan(run, snapshot.arn, deletions);
  if (run.deleteSource && run.mode === 'restore' && run.planHash !== planHash) {
    throw new DeletionRefused([`the run carries the hash of another plan: make a new plan and read what it would delete`]);
  }
  const plan: RestorePlan = { ...names, calls: describeCalls(run, snapshot, names), deletions, planHash };
  await ports.audit.append(run.operationId, { type: 'PreflightPassed', status: 'succeeded', details: { ...plan } });
  return plan;
}

async function findMissing(snapshot: ChosenSnapshot, ports: PreflightRestorePorts): Promise<string[]> {
  const copies = snapshot.hops.filter(({ kind }) => kind === 'copy-to-target').length;
  const keys = [...new Set([...(snapshot.kmsKeyArn && snapshot.hops.length > 0 ? [snapshot.kmsKeyArn] : []), ports.targetKeyArn])];
  const secrets = await Promise.all(ports.secrets.map(async ({ arn, secret }) => ((await secret.exists()) ? [] : [`secret ${arn} does not exist`])));
  return [
    ...((await ports.clusters.hasSubnetGroup(ports.subnetGroup)) ? [] : [`subnet group ${ports.subnetGroup} does not exist`]),
    ...(await Promise.all(keys.map(ports.keyObstacle))).filter((obstacle) => obstacle !== undefined),
    ...secrets.flat(),
    ...(await quotaGap(ports.clusters, 'ManualClusterSnapshots', copies)),
    ...(await quotaGap(ports.clusters, 'DBClusters', 1)),
    ...(await quotaGap(ports.clusters, 'DBInstances', 1)),
  ];
}

async function quotaGap(clusters: PreflightRestorePorts['clusters'], name: string, needed: number): Promise<string[]> {
  const left = needed === 0 ? undefined : await clusters.quotaLeft(name);
  return left !== undefined && left < needed ? [`quota ${name} has ${left} left, ${needed} needed`] : [];
}

/** The target's own name when it is free or this operation's already; a name of the run's own while a cluster of an earlier run has it. */
async function chooseName(run: RestoreRun, { pipeline, clusters }: PreflightRestorePorts): Promise<Pick<RestorePlan, 'clusterIdentifier' | 'previousClusterIdentifier'>> {
  const target = run.targetClusterIdentifier;
  const holder = await clusters.find(target);
  if (!holder || holder.tags[TAG.operation] === run.operationId) return { clusterIdentifier: target, previousClusterIdentifier: null };
  if (holder.tags[TAG.pipeline] !== pipeline) {
    throw new TargetNotOurs(`cluster ${target} is there already and was not made by pipeline ${pipeline}`, { target });
  }
  const suffix = createHash('sha256').update(run.operationId).digest('hex').slice(0, 8);
  return { clusterIdentifier: `${target.slice(0, 50)}-r${suffix}`, previousClusterIdentifier: target };
}

async function planDeletions({ pipeline, sourceDeletable, sourceCluster, sourceClusters }: PreflightRestorePorts): Promise<string[]> {
  const cluster = await sourceClusters.find(sourceCluster);
  if (!cluster) throw new DeletionRefused([`cluster ${sourceCluster} is not there`]);
  const instances = (await Promise.all(cluster.instanceIdentifiers.map((identifier) => sourceClusters.findInstance(identifier)))).filter((instance) => instance !== undefined);
  const reasons = reasonsToKeep({ pipeline, sourceDeletable, cluster, instances });
  if (reasons.length > 0) throw new DeletionRefused(reasons);
  return deletionsOf({ cluster, instances });
}

export const handler = defineHandler('aurora-restore/preflight-restore', preflightRestore, (env) => {
  const target = { region: env.region };
  const { pipeline, sourceDeletable } = settingsOf(env);
  const grantee = `arn:aws:iam::${env.required(ENV.TARGET_ACCOUNT)}:root`;
  return {
    pipeline,
    sourceDeletable,
    sourceCluster: env.required(ENV.SOURCE_CLUSTER),
    subnetGroup: env.required(ENV.TARGET_SUBNET_GROUP),
    targetKeyArn: env.required(ENV.TARGET_KEY_ARN),
    keyObstacle: (keyArn: string) => Keys.in({ region: keyArn.split(':')[3] ?? env.region }).obstacleToGrant(keyArn, grantee),
    sourceClusters: Clusters.in(sourceTarget(env)),
    clusters: Clusters.in(target),
    secrets: [ENV.ADMIN_SECRET_ARN, ENV.APP_SECRET_ARN].map((name) => ({ arn: env.required(name), secret: Secret.in(target, env.required(name)) })),
    audit: new AuditLog({ table: DynamoTable.in(target, env.required(ENV.AUDIT_TABLE)), now: () => new Date() }),
  };
});
