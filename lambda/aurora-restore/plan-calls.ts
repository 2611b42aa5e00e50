import { instanceNameOf } from './cluster-names';
import type { ChosenSnapshot, Hop, RestorePlan, RestoreRun } from './contract';

/** What the deployment says that a run does. */
export interface PlanSettings {
  readonly keepCopiesDays: number;
  /** Whether the source has a function that reads it as it is now. */
  readonly readsLiveSource: boolean;
}

/** The calls of a run that change something, and its connections, in order, in words that a person can check. */
export function describeCalls(run: RestoreRun, snapshot: ChosenSnapshot, names: Pick<RestorePlan, 'clusterIdentifier' | 'previousClusterIdentifier'>, settings: PlanSettings): string[] {
  const { clusterIdentifier } = names;
  return [
    ...snapshot.hops.map(describeHop),
    `rds:RestoreDBClusterFromSnapshot ${clusterIdentifier} from ${snapshot.restorableArn}`,
    `rds:CreateDBInstance ${instanceNameOf(run.targetClusterIdentifier, run.operationId)}`,
    'secretsmanager:PutSecretValue of the administrator',
    `rds:ModifyDBCluster ${clusterIdentifier}: new master password`,
    ...describeProof(run, snapshot, clusterIdentifier, settings),
    'secretsmanager:PutSecretValue of the application, unless it has all passwords',
    `connect to ${clusterIdentifier}: lock copied logins, create users, mask`,
    ...describeCutOver(run, names),
    ...(run.deleteSource ? ['rds:CreateDBClusterSnapshot of the source (final)', 'rds:DeleteDBInstance of each instance of the source', 'rds:DeleteDBCluster of the source'] : []),
    ...snapshot.hops.map((hop) => describeEndOf(hop, hop === snapshot.hops.at(-1) ? settings.keepCopiesDays : 0)),
    'sns:Publish: how the run ended',
  ];
}

function describeProof({ operationId }: RestoreRun, { manifestKey }: ChosenSnapshot, clusterIdentifier: string, { readsLiveSource }: PlanSettings): string[] {
  const live = `lambda:InvokeFunction take-manifest: read the live source${manifestKey === null ? '' : ', if the capture broke off before its second manifest'}`;
  const otherwise = readsLiveSource ? 'the live source' : 'nothing';
  const reference = manifestKey === null ? otherwise : `manifest ${manifestKey}`;
  return [
    ...(readsLiveSource ? [live] : []),
    ...(reference === 'nothing' ? [] : [`s3:PutObject ${operationId}/reference.json: what the source said of its content`]),
    `connect to ${clusterIdentifier}: compare the content with ${reference}`,
    `s3:PutObject ${operationId}/proof.json: the comparison`,
  ];
}

/** The previous cluster is closed first and renamed then, each by a call of its own. */
function describeCutOver({ targetClusterIdentifier: target }: RestoreRun, { clusterIdentifier, previousClusterIdentifier: previous }: Pick<RestorePlan, 'clusterIdentifier' | 'previousClusterIdentifier'>): string[] {
  return [
    ...(previous ? [`rds:AddTagsToResource ${previous}: retired`, `rds:ModifyDBCluster ${previous}: security group that lets nobody in`, `rds:ModifyDBCluster ${previous}: rename to ${target}-old-<time>`] : []),
    ...(clusterIdentifier === target ? [] : [`rds:ModifyDBCluster ${clusterIdentifier}: rename to ${target}`]),
    `rds:ModifyDBCluster ${target}: security group of the clients`,
  ];
}

function describeHop(hop: Hop): string {
  if (hop.kind === 'share') return `rds:ModifyDBClusterSnapshotAttribute ${hop.snapshotIdentifier}: restore by ${hop.account}`;
  return `rds:CopyDBClusterSnapshot ${hop.sourceArn} to ${hop.snapshotIdentifier} (${hop.region}${hop.kmsKeyArn ? `, key ${hop.kmsKeyArn}` : ''})`;
}

function describeEndOf(hop: Hop, keptDays: number): string {
  if (hop.kind === 'share') return `rds:ModifyDBClusterSnapshotAttribute ${hop.snapshotIdentifier}: no longer restored by ${hop.account}`;
  const name = `${hop.snapshotIdentifier} (${hop.region})`;
  return keptDays > 0 ? `rds:AddTagsToResource ${name}: delete after ${keptDays} days` : `rds:DeleteDBClusterSnapshot ${name}`;
}
