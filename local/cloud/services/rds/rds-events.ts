/** A kind of event; `{}` in the message stands for what it is about. */
interface RdsEventKind {
  readonly id: string;
  readonly categories: readonly string[];
  readonly message: string;
}

/**
 * The events that RDS gives here. A copy of a DB snapshot has some, a copy of a cluster snapshot has none: who waits for that has to ask.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
 */
export const RDS_EVENTS = {
  clusterCreated: { id: 'RDS-EVENT-0170', categories: ['creation'], message: 'DB cluster created' },
  clusterDeleted: { id: 'RDS-EVENT-0171', categories: ['deletion'], message: 'DB cluster deleted' },
  clusterRenamed: { id: 'RDS-EVENT-0172', categories: ['notification'], message: 'Renamed DB cluster from {}' },
  clusterStopped: { id: 'RDS-EVENT-0150', categories: ['notification'], message: 'DB cluster stopped' },
  clusterStarted: { id: 'RDS-EVENT-0151', categories: ['notification'], message: 'DB cluster started' },
  clusterStartsAgain: { id: 'RDS-EVENT-0153', categories: ['notification'], message: 'DB cluster is being started due to it exceeding the maximum allowed time being stopped' },
  failoverStarted: { id: 'RDS-EVENT-0073', categories: ['failover'], message: 'Started cross AZ failover to DB instance: {}' },
  failoverCompleted: { id: 'RDS-EVENT-0071', categories: ['failover'], message: 'Completed failover to DB instance: {}' },
  credentialsReset: { id: 'RDS-EVENT-0016', categories: ['configuration change'], message: 'Reset master credentials' },
  instanceCreated: { id: 'RDS-EVENT-0005', categories: ['creation'], message: 'DB instance created' },
  instanceDeleted: { id: 'RDS-EVENT-0003', categories: ['deletion'], message: 'DB instance deleted' },
  instanceRestarted: { id: 'RDS-EVENT-0006', categories: ['availability'], message: 'DB instance restarted' },
  instanceStopped: { id: 'RDS-EVENT-0087', categories: ['notification'], message: 'DB instance stopped' },
  instanceStarted: { id: 'RDS-EVENT-0088', categories: ['notification'], message: 'DB instance started' },
  instanceStartsAgain: { id: 'RDS-EVENT-0154', categories: ['notification'], message: 'DB instance is being started due to it exceeding the maximum allowed time being stopped' },
  instanceRestored: { id: 'RDS-EVENT-0043', categories: ['restoration'], message: 'Restored from snapshot {}' },
  instanceClassChanged: { id: 'RDS-EVENT-0014', categories: ['configuration change'], message: 'Finished applying modification to DB instance class' },
  parametersRefused: { id: 'RDS-EVENT-0035', categories: ['failure'], message: 'Database instance put into incompatible-parameters: {}' },
  recoveryStarted: { id: 'RDS-EVENT-0020', categories: ['recovery'], message: 'Recovery of the DB instance has started. Recovery time will vary with the amount of data to be recovered.' },
  recoveryCompleted: { id: 'RDS-EVENT-0021', categories: ['recovery'], message: 'Recovery of the DB instance is complete' },
  backupStarted: { id: 'RDS-EVENT-0001', categories: ['backup'], message: 'Backing up DB instance' },
  backupCompleted: { id: 'RDS-EVENT-0002', categories: ['backup'], message: 'Finished DB Instance backup' },
  replicationStarted: { id: 'RDS-EVENT-0046', categories: ['read replica'], message: 'Replication for the Read Replica resumed' },
  replicationBroken: { id: 'RDS-EVENT-0045', categories: ['read replica'], message: 'Replication has stopped' },
  replicationTerminated: { id: 'RDS-EVENT-0057', categories: ['read replica'], message: 'Replication on the Read Replica was terminated' },
  clusterSnapshotStarted: { id: 'RDS-EVENT-0074', categories: ['backup'], message: 'Creating manual cluster snapshot' },
  clusterSnapshotCreated: { id: 'RDS-EVENT-0075', categories: ['backup'], message: 'Manual cluster snapshot created' },
  automatedClusterSnapshotStarted: { id: 'RDS-EVENT-0168', categories: ['backup'], message: 'Creating automated cluster snapshot' },
  automatedClusterSnapshotCreated: { id: 'RDS-EVENT-0169', categories: ['backup'], message: 'Automated cluster snapshot created' },
  snapshotStarted: { id: 'RDS-EVENT-0040', categories: ['creation'], message: 'Creating manual snapshot' },
  snapshotCreated: { id: 'RDS-EVENT-0042', categories: ['creation'], message: 'Manual snapshot created' },
  automatedSnapshotStarted: { id: 'RDS-EVENT-0090', categories: ['creation'], message: 'Creating automated snapshot' },
  automatedSnapshotCreated: { id: 'RDS-EVENT-0091', categories: ['creation'], message: 'Automated snapshot created' },
  snapshotDeleted: { id: 'RDS-EVENT-0041', categories: ['deletion'], message: 'Deleted user snapshot' },
  snapshotCopyStarted: { id: 'RDS-EVENT-0196', categories: ['notification'], message: 'Started copy of snapshot {}' },
  snapshotCopied: { id: 'RDS-EVENT-0197', categories: ['notification'], message: 'Finished copy of snapshot {}' },
  snapshotCopyCanceled: { id: 'RDS-EVENT-0190', categories: ['notification'], message: 'Canceled snapshot copy request of {}' },
  remoteSnapshotCopyStarted: { id: 'RDS-EVENT-0059', categories: ['notification'], message: 'Started copy of snapshot {}' },
  remoteSnapshotCopied: { id: 'RDS-EVENT-0060', categories: ['notification'], message: 'Finished copy of snapshot {}' },
  remoteSnapshotCopyCanceled: { id: 'RDS-EVENT-0061', categories: ['notification'], message: 'Canceled snapshot copy request of {}' },
} as const satisfies Record<string, RdsEventKind>;

export type RdsEventName = keyof typeof RDS_EVENTS;
