import {
  CreateSnapshotCopyGrantCommand,
  DescribeClustersCommand,
  DescribeSnapshotCopyGrantsCommand,
  DisableSnapshotCopyCommand,
  EnableSnapshotCopyCommand,
  ModifySnapshotCopyRetentionPeriodCommand,
  RedshiftClient,
  SnapshotCopyGrantAlreadyExistsFault,
  SnapshotCopyGrantNotFoundFault,
} from '@aws-sdk/client-redshift';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** Where Redshift copies the snapshots of a cluster to, and how long it keeps the copies. */
export interface CopySetting {
  readonly region: string;
  readonly grantName: string | undefined;
  /** Of copies of manual snapshots; -1 for ever. */
  readonly keepDays: number;
  /** Of copies of automated snapshots. */
  readonly keepAutomatedDays: number;
}

/** The copies that Redshift makes of a cluster's snapshots in another region by itself: https://docs.aws.amazon.com/redshift/latest/mgmt/cross-region-snapshot-copy.html */
export class RegionCopies {
  constructor(
    private readonly client: RedshiftClient,
    private readonly clusterIdentifier: string,
  ) {}

  static in(target: Target, clusterIdentifier: string): RegionCopies {
    return new RegionCopies(clientFor(RedshiftClient, target), clusterIdentifier);
  }

  /** The setting of the cluster; nothing when its snapshots stay where they are. */
  async setting(): Promise<CopySetting | undefined> {
    const { Clusters: [cluster] = [] } = await this.client.send(new DescribeClustersCommand({ ClusterIdentifier: this.clusterIdentifier }));
    const status = cluster?.ClusterSnapshotCopyStatus;
    if (!status) return undefined;
    return {
      region: present(status.DestinationRegion, 'DestinationRegion'),
      grantName: status.SnapshotCopyGrantName,
      keepDays: present(status.ManualSnapshotRetentionPeriod, 'ManualSnapshotRetentionPeriod'),
      keepAutomatedDays: present(status.RetentionPeriod, 'RetentionPeriod'),
    };
  }

  async enable({ region, grantName, keepDays, keepAutomatedDays }: CopySetting): Promise<void> {
    await this.client.send(
      new EnableSnapshotCopyCommand({ ClusterIdentifier: this.clusterIdentifier, DestinationRegion: region, SnapshotCopyGrantName: grantName, RetentionPeriod: keepAutomatedDays, ManualSnapshotRetentionPeriod: keepDays }),
    );
  }

  /** Ends the copying; the copies that there are stay. */
  async disable(): Promise<void> {
    await this.client.send(new DisableSnapshotCopyCommand({ ClusterIdentifier: this.clusterIdentifier }));
  }

  /** Sets how long copies made from now on are kept. */
  async keepFor(kind: 'manual' | 'automated', days: number): Promise<void> {
    await this.client.send(new ModifySnapshotCopyRetentionPeriodCommand({ ClusterIdentifier: this.clusterIdentifier, RetentionPeriod: days, Manual: kind === 'manual' }));
  }
}

/** Lets Redshift encrypt copies under a key of the region; answers whether it had to be made. CloudFormation has no resource for it. */
export async function ensureCopyGrant(target: Target, grantName: string, kmsKeyArn: string): Promise<boolean> {
  const client = clientFor(RedshiftClient, target);
  try {
    await client.send(new DescribeSnapshotCopyGrantsCommand({ SnapshotCopyGrantName: grantName }));
    return false;
  } catch (error) {
    if (!(error instanceof SnapshotCopyGrantNotFoundFault)) throw error;
  }
  try {
    await client.send(new CreateSnapshotCopyGrantCommand({ SnapshotCopyGrantName: grantName, KmsKeyId: kmsKeyArn }));
    return true;
  } catch (error) {
    if (error instanceof SnapshotCopyGrantAlreadyExistsFault) return false;
    throw error;
  }
}
