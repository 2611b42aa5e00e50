import { type AuditEvent, type AuditLog, happened } from '../common/audit-log';
import { Clusters } from '../common/aws/clusters';
import { Keys } from '../common/aws/keys';
import { Secret } from '../common/aws/secret';
import { defineHandler } from '../common/define-handler';
import { ownNameOf } from './cluster-names';
import { DeletionRefused, ENV, PreflightFailed, TAG, TargetNotOurs, type ChosenSnapshot, type RestorePlan, type RestoreRun, type StepInput } from './contract';
import { deletionBegun, deletionsOf, hashPlan, reasonsToKeep, type DeletionCandidate } from './deletion-guard';
import { journalOf } from './journal';
import { describeCalls, type PlanSettings } from './plan-calls';
import { quotaGaps, type QuotaPorts } from './quota-gaps';
import { settingsOf, sourceTarget } from './settings';
import { sourceKeyObstacle } from './source-key';

export interface PreflightRestoreInput extends StepInput {
  readonly snapshot: ChosenSnapshot;
}

export interface PreflightRestorePorts extends QuotaPorts, PlanSettings {
  readonly pipeline: string;
  readonly sourceDeletable: boolean;
  readonly sourceCluster: string;
  readonly subnetGroup: string;
  /** Finds out, in the key's own region, whether RDS may use it for us. */
  readonly keyObstacle: (keyArn: string) => Promise<string | undefined>;
  readonly targetKeyArn: string;
  readonly sourceClusters: Pick<Clusters, 'find' | 'findInstance'>;
  readonly clusters: Pick<Clusters, 'find' | 'hasSubnetGroup'>;
  readonly secrets: readonly { readonly arn: string; readonly secret: Pick<Secret, 'exists'> }[];
  readonly audit: Pick<AuditLog, 'append' | 'events'>;
}

/**
 * Finds out, before anything is started, whether the restore can succeed and what it will do.
 *
 * Raises `PreflightFailed` with everything that is missing, `TargetNotOurs` when the name belongs to somebody else,
 * and `DeletionRefused` when a run that deletes its source may not.
 */
export async function preflightRestore({ run, snapshot }: PreflightRestoreInput, ports: PreflightRestorePorts): Promise<RestorePlan> {
  const events = await ports.audit.events(run.operationId);
  const missing = await findMissing(run, snapshot, events, ports);
  if (missing.length > 0) throw new PreflightFailed(missing);
  const names = await chooseName(run, ports);
  const { deletions, planHash } = await deletionPlan(run, snapshot, events, ports);
  if (run.deleteSource && run.mode === 'restore' && run.planHash !== planHash) {
    throw new DeletionRefused(['the run carries the hash of another plan: make a new plan and read what it would delete']);
  }
  const plan: RestorePlan = { ...names, calls: describeCalls(run, snapshot, names, ports), deletions, planHash };
  await ports.audit.append(run.operationId, { type: 'PreflightPassed', status: 'succeeded', details: { ...plan } });
  return plan;
}

async function findMissing(run: RestoreRun, snapshot: ChosenSnapshot, events: readonly AuditEvent[], ports: PreflightRestorePorts): Promise<string[]> {
  const keys = [...new Set([keyOfWhatIsRead(snapshot), ports.targetKeyArn])].filter((key) => key !== null);
  const secrets = await Promise.all(ports.secrets.map(async ({ arn, secret }) => ((await secret.exists()) ? [] : [`secret ${arn} does not exist`])));
  return [
    ...((await ports.clusters.hasSubnetGroup(ports.subnetGroup)) ? [] : [`subnet group ${ports.subnetGroup} does not exist`]),
    ...(await Promise.all(keys.map(ports.keyObstacle))).filter((obstacle) => obstacle !== undefined),
    ...secrets.flat(),
    ...(await quotaGaps(snapshot.hops, run.deleteSource && happened(events, 'FinalSnapshotStarted').length === 0, ports)),
  ];
}

/** The key of the snapshot that this account copies or restores: after a copy at the source it is that copy's. */
function keyOfWhatIsRead({ hops, kmsKeyArn }: ChosenSnapshot): string | null {
  const copyAtSource = hops.find((hop) => hop.kind === 'copy-at-source');
  return copyAtSource ? copyAtSource.kmsKeyArn : kmsKeyArn;
}

/**
 * The target's own name when it is free or this operation's already; a name of the run's own while a cluster of an
 * earlier run has it, and for as long as the run's cluster is found under that.
 */
async function chooseName(run: RestoreRun, { pipeline, clusters }: PreflightRestorePorts): Promise<Pick<RestorePlan, 'clusterIdentifier' | 'previousClusterIdentifier'>> {
  const { operationId, targetClusterIdentifier: target } = run;
  const ownName = ownNameOf(target, operationId);
  const holder = await clusters.find(target);
  if (holder?.tags[TAG.operation] === operationId) return { clusterIdentifier: target, previousClusterIdentifier: null };
  if (!holder && (await clusters.find(ownName))?.tags[TAG.operation] !== operationId) return { clusterIdentifier: target, previousClusterIdentifier: null };
  if (holder && holder.tags[TAG.pipeline] !== pipeline) {
    throw new TargetNotOurs(`cluster ${target} is there already and was not made by pipeline ${pipeline}`, { target });
  }
  return { clusterIdentifier: ownName, previousClusterIdentifier: holder ? target : null };
}

/** The plan by which this run began to delete its source, which is not whole any more since then, or else what it would delete now. */
async function deletionPlan(run: RestoreRun, snapshot: ChosenSnapshot, events: readonly AuditEvent[], ports: PreflightRestorePorts): Promise<Pick<RestorePlan, 'deletions' | 'planHash'>> {
  const passed = happened(events, 'PreflightPassed').at(-1) as unknown as RestorePlan | undefined;
  if (run.deleteSource && passed && deletionBegun(events) !== undefined) return passed;
  const deletions = run.deleteSource ? await planDeletions(ports) : [];
  return { deletions, planHash: hashPlan(run, snapshot.arn, deletions) };
}

async function planDeletions(ports: PreflightRestorePorts): Promise<string[]> {
  const { sourceCluster, sourceClusters } = ports;
  const cluster = await sourceClusters.find(sourceCluster);
  if (!cluster) throw new DeletionRefused([`cluster ${sourceCluster} is not there`]);
  const instances = (await Promise.all(cluster.instanceIdentifiers.map((identifier) => sourceClusters.findInstance(identifier)))).filter((instance) => instance !== undefined);
  const candidate: DeletionCandidate = { pipeline: ports.pipeline, sourceDeletable: ports.sourceDeletable, cluster, instances };
  const reasons = reasonsToKeep(candidate);
  if (reasons.length > 0) throw new DeletionRefused(reasons);
  return deletionsOf(candidate);
}

export const handler = defineHandler('aurora-restore/preflight-restore', preflightRestore, (env) => {
  const target = { region: env.region };
  const { pipeline, sourceDeletable } = settingsOf(env);
  const account = env.required(ENV.TARGET_ACCOUNT);
  const targetKeyArn = env.required(ENV.TARGET_KEY_ARN);
  const source = sourceTarget(env);
  const sourceAccount = env.required(ENV.SOURCE_ACCOUNT);
  const atSource = { account, keys: Keys.in({ region: source.region }), ownersKeys: Keys.in(source) };
  return {
    pipeline,
    sourceDeletable,
    sourceCluster: env.required(ENV.SOURCE_CLUSTER),
    subnetGroup: env.required(ENV.TARGET_SUBNET_GROUP),
    keepCopiesDays: env.number(ENV.KEEP_COPIES_DAYS),
    readsLiveSource: env.optional(ENV.TAKE_MANIFEST_FUNCTION) !== undefined,
    targetKeyArn,
    keyObstacle: (keyArn: string) => (keyArn === targetKeyArn ? Keys.in(target).obstacleToGrant(keyArn, `arn:aws:iam::${account}:root`) : sourceKeyObstacle(keyArn, atSource)),
    sourceClusters: Clusters.in(source),
    clusters: Clusters.in(target),
    source: { account: sourceAccount, region: source.region },
    target: { account, region: env.region },
    quotasIn: (place) => Clusters.in(place.account === sourceAccount ? { ...source, region: place.region } : { region: place.region }),
    secrets: [ENV.ADMIN_SECRET_ARN, ENV.APP_SECRET_ARN].map((name) => ({ arn: env.required(name), secret: Secret.in(target, env.required(name)) })),
    audit: journalOf(env),
  };
});
