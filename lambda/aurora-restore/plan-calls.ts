import { instanceNameOf } from './cluster-names';
import type { ChosenSnapshot, Hop, RestorePlan, RestoreRun } from './contract';

/** The calls that a run would make, in order, in words that a person can check. */
export function describeCalls(run: RestoreRun, snapshot: ChosenSnapshot, names: Pick<RestorePlan, 'clusterIdentifier' | 'previousClusterIdentifier'>, keepCopiesDays: number): string[] {
  const { clusterIdentifier, previousClusterIdentifier } = names;
  const target = run.targetClusterIdentifier;
  const last = snapshot.hops.at(-1);
  return [
    ...snapshot.hops.map(describeHop),
    `rds:RestoreDBClusterFromSnapshot ${clusterIdentifier} from ${snapshot.restorableArn}`,
    `rds:CreateDBInstance ${instanceNameOf(target, run.operationId)}`,
    `rds:ModifyDBCluster ${clusterIdentifier}: new master password`,
    `connect to ${clusterIdentifier}: compare the content with ${snapshot.manifestKey ? `manifest ${snapshot.manifestKey}` : 'the source'}`,
    `connect to ${clusterIdentifier}: lock copied logins, create users, mask`,
    ...(previousClusterIdentifier ? [`rds:ModifyDBCluster ${previousClusterIdentifier}: close and retire under another name`] : []),
    ...(clusterIdentifier === target ? [] : [`rds:ModifyDBCluster ${clusterIdentifier}: rename to ${target}`]),
    `rds:ModifyDBCluster ${target}: security group of the clients`,
    ...(run.deleteSource ? ['rds:CreateDBClusterSnapshot of the source (final)', 'rds:DeleteDBInstance of each instance of the source', 'rds:DeleteDBCluster of the source'] : []),
    ...snapshot.hops.map((hop) => {
      if (hop.kind === 'share') return `rds:ModifyDBClusterSnapshotAttribute ${hop.snapshotIdentifier}: no longer restored by ${hop.account}`;
      const name = `${hop.snapshotIdentifier} (${hop.region})`;
      return hop === last && keepCopiesDays > 0 ? `rds:AddTagsToResource ${name}: delete after ${keepCopiesDays} days` : `rds:DeleteDBClusterSnapshot ${name}`;
    }),
  ];
}

function describeHop(hop: Hop): string {
  if (hop.kind === 'share') return `rds:ModifyDBClusterSnapshotAttribute ${hop.snapshotIdentifier}: restore by ${hop.account}`;
  return `rds:CopyDBClusterSnapshot ${hop.sourceArn} to ${hop.snapshotIdentifier} (${hop.region}${hop.kmsKeyArn ? `, key ${hop.kmsKeyArn}` : ''})`;
}
