import { ClusterSnapshotAlreadyExistsFault, CopyClusterSnapshotCommand, CreateTagsCommand, DescribeClusterSnapshotsCommand, type RedshiftClient } from '@aws-sdk/client-redshift';
import { RedshiftSnapshots } from '../../../../../lambda/common/aws/redshift-snapshots';

const ARN = 'arn:aws:redshift:eu-west-1:111111111111:snapshot:warehouse/snap-20260601-020000';
const REQUEST = { identifier: 'snap-20260601-020000', retentionDays: 14, tags: { 'holdfast:pipeline': 'warehouse' } };

/** Snapshots of an account in which one of that name is there already, with these tags. */
function withExisting(tags: Readonly<Record<string, string>>) {
  const tagged: unknown[] = [];
  const send = async (command: unknown) => {
    if (command instanceof CopyClusterSnapshotCommand) throw new ClusterSnapshotAlreadyExistsFault({ $metadata: {}, message: 'it is there' });
    if (command instanceof CreateTagsCommand) return void tagged.push(command.input);
    if (!(command instanceof DescribeClusterSnapshotsCommand)) throw new Error('nobody asked for this');
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const rest = { Status: 'available', SnapshotType: 'manual', SnapshotCreateTime: new Date(0), NodeType: 'ra3.large', NumberOfNodes: 2 };
    return { Snapshots: [{ SnapshotArn: ARN, SnapshotIdentifier: command.input.SnapshotIdentifier, ClusterIdentifier: 'warehouse', OwnerAccount: '111111111111', Tags, ...rest }] };
  };
  return { snapshots: new RedshiftSnapshots({ send } as unknown as RedshiftClient), tagged };
}

describe('a promotion that is repeated', () => {
  it('gives the copy the tags that an interruption left it without', async () => {
    const { snapshots, tagged } = withExisting({});

    await expect(snapshots.promote('rs:warehouse-2026-06-01', REQUEST)).resolves.toBe('exists');
    expect(tagged).toEqual([{ ResourceName: ARN, Tags: [{ Key: 'holdfast:pipeline', Value: 'warehouse' }] }]);
  });

  it('leaves alone what is somebody else’s', async () => {
    const { snapshots, tagged } = withExisting({ team: 'finance' });

    await expect(snapshots.promote('rs:warehouse-2026-06-01', REQUEST)).resolves.toBe('exists');
    expect(tagged).toEqual([]);
  });
});
