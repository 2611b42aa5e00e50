/** A kind of event. `{1}` and `{2}` in the message are what the event names, `{time}` is when. */
interface RedshiftEventKind {
  readonly id: string;
  readonly source: 'cluster' | 'cluster-snapshot' | 'cluster-parameter-group';
  readonly category: 'management' | 'monitoring' | 'configuration' | 'security';
  readonly severity: 'INFO' | 'ERROR';
  readonly message: string;
}

function kind(id: number, source: RedshiftEventKind['source'], category: RedshiftEventKind['category'], message: string, severity: RedshiftEventKind['severity'] = 'INFO'): RedshiftEventKind {
  return { id: `REDSHIFT-EVENT-${id}`, source, category, severity, message };
}

/**
 * The events that Redshift gives here, in the words of `describe-event-categories`.
 * https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-event-notifications.html
 *
 * Those of clusters and snapshots reach SNS and DescribeEvents, not EventBridge.
 */
export const REDSHIFT_EVENTS = {
  parametersChanged: kind(1000, 'cluster', 'configuration', 'Parameter group {2} changes were associated with cluster {1} at {time}. Changes will be applied on reboot.'),
  parameterGroupChanged: kind(1001, 'cluster', 'configuration', 'Cluster {1} parameter group changed to {2} at {time}.'),
  groupCreated: kind(1003, 'cluster-parameter-group', 'configuration', 'Cluster parameter group {1} created at {time}.'),
  groupDeleted: kind(1004, 'cluster-parameter-group', 'configuration', 'Cluster parameter group {1} deleted at {time}.'),
  groupChanged: kind(1005, 'cluster-parameter-group', 'configuration', 'Cluster parameter group {1} was updated at {time}. Changes will be applied to associated clusters on reboot.'),
  clusterCreated: kind(2000, 'cluster', 'management', 'Cluster {1} created at {time}.'),
  clusterDeleted: kind(2001, 'cluster', 'management', 'Cluster {1} deleted at {time}.'),
  securityGroupsChanged: kind(2002, 'cluster', 'management', 'VPC security groups for cluster {1} updated at {time}.'),
  resizeStarted: kind(2006, 'cluster', 'management', 'Cluster {1} resize started at {time}. Cluster is in read-only mode.'),
  restoreStarted: kind(2008, 'cluster', 'management', 'Cluster restore {1} from snapshot {2} started at {time}.'),
  clusterRenamed: kind(2013, 'cluster', 'management', 'Cluster renamed to {2} at {time}.'),
  rebooted: kind(3000, 'cluster', 'monitoring', 'Cluster {1} rebooted at {time}.'),
  resized: kind(3002, 'cluster', 'monitoring', 'Cluster {1} resize completed at {time}. Cluster is available for both reads and writes.'),
  restored: kind(3003, 'cluster', 'monitoring', 'Cluster {1} was restored from cluster snapshot {2} at {time}.'),
  dataLoaded: kind(3537, 'cluster', 'monitoring', 'Cluster {1} data transfer completed at {time}.'),
  pauseStarted: kind(3618, 'cluster', 'management', 'The cluster {1} pause operation started at {time}.'),
  resumed: kind(3622, 'cluster', 'monitoring', 'The cluster {1} was resumed at {time}.'),
  passwordChanged: kind(4000, 'cluster', 'security', 'Master credentials updated for cluster {1} at {time}.'),
  snapshotStarted: kind(2009, 'cluster-snapshot', 'management', 'Cluster snapshot {1} for cluster {2} started at {time}.'),
  snapshotCompleted: kind(3004, 'cluster-snapshot', 'monitoring', 'Cluster snapshot {1} for cluster {2} completed successfully at {time}.'),
  snapshotFailed: kind(3503, 'cluster-snapshot', 'monitoring', 'Cluster snapshot {1} for cluster {2} failed at time {time}.', 'ERROR'),
  snapshotDeleted: kind(2011, 'cluster-snapshot', 'management', 'Cluster snapshot {1} for cluster {2} was deleted at {time}.'),
  finalSnapshotStarted: kind(2012, 'cluster-snapshot', 'management', 'Final cluster snapshot {1} for cluster {2} started at {time}.'),
  finalSnapshotCompleted: kind(3005, 'cluster-snapshot', 'monitoring', 'Final cluster snapshot {1} for cluster {2} succeeded at {time}.'),
  finalSnapshotFailed: kind(3502, 'cluster-snapshot', 'monitoring', 'Final cluster snapshot {1} for cluster {2} failed at {time}.', 'ERROR'),
  snapshotCopied: kind(3007, 'cluster', 'monitoring', 'Your Snapshot {2} was successfully copied to another region at {time}.'),
} as const satisfies Record<string, RedshiftEventKind>;

export type RedshiftEventName = keyof typeof REDSHIFT_EVENTS;

/** All kinds, for who asks for categories. */
export function redshiftEventKinds(): readonly RedshiftEventKind[] {
  return Object.values(REDSHIFT_EVENTS);
}
