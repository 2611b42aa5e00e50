import type { WarehouseSnapshot } from '../../lambda/common/aws/redshift-snapshots';

/** A manual snapshot of the source account, available and shared with nobody. */
export function warehouseSnapshot(changes: Partial<WarehouseSnapshot> = {}): WarehouseSnapshot {
  const identifier = changes.identifier ?? 'aca-lambda-snapshot-20260601-020000';
  return {
    arn: `arn:aws:redshift:eu-west-1:111111111111:snapshot:aca-redshift-cluster/${identifier}`,
    identifier,
    clusterIdentifier: 'aca-redshift-cluster',
    ownerAccount: '111111111111',
    status: 'available',
    type: 'manual',
    createdAt: new Date('2026-06-01T02:00:00Z'),
    nodeType: 'ra3.large',
    numberOfNodes: 2,
    kmsKeyArn: 'arn:aws:kms:eu-west-1:111111111111:key/source',
    retentionDays: 14,
    sharedWith: [],
    tags: {},
    ...changes,
  };
}
