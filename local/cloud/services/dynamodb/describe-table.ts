import type { GlobalSecondaryIndexDescription, ReplicaDescription, TableDescription } from '@aws-sdk/client-dynamodb';
import type { Table } from './table';

/** A table as `DescribeTable` tells of it. DynamoDB counts items every six hours or so; here the count is left at that of an empty table. */
export function describeTable(table: Table): TableDescription {
  const { encryption, stream, tableClass, replicaRegions } = table;
  return {
    TableName: table.name,
    TableArn: table.arn,
    TableId: table.id,
    TableStatus: table.status,
    CreationDateTime: table.createdAt,
    AttributeDefinitions: [...table.attributes],
    KeySchema: [...table.keySchema],
    ItemCount: 0,
    TableSizeBytes: 0,
    ...(table.billingMode === 'PAY_PER_REQUEST' && { BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: table.createdAt } }),
    ProvisionedThroughput: { ReadCapacityUnits: table.throughput.read, WriteCapacityUnits: table.throughput.write, NumberOfDecreasesToday: 0 },
    ...(table.globalIndexes.length > 0 && { GlobalSecondaryIndexes: describeIndexes(table) }),
    ...(table.localIndexes.length > 0 && {
      LocalSecondaryIndexes: table.localIndexes.map((index) => ({ ...index, IndexArn: `${table.arn}/index/${index.IndexName ?? ''}`, ItemCount: 0, IndexSizeBytes: 0 })),
    }),
    ...(encryption && { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: encryption.keyArn } }),
    ...(stream?.StreamEnabled && { StreamSpecification: stream, LatestStreamArn: streamArn(table), LatestStreamLabel: streamLabel(table) }),
    ...(tableClass && { TableClassSummary: { TableClass: tableClass } }),
    DeletionProtectionEnabled: table.deletionProtected,
    ...(replicaRegions.size > 1 && { GlobalTableVersion: '2019.11.21', Replicas: describeReplicas(table) }),
  };
}

/** The ARN that `Fn::GetAtt` calls `StreamArn`; the local cloud has no streams to read. */
export function streamArn(table: Table): string {
  return `${table.arn}/stream/${streamLabel(table)}`;
}

function streamLabel({ createdAt }: Table): string {
  return createdAt.toISOString().replace('Z', '');
}

function describeIndexes(table: Table): GlobalSecondaryIndexDescription[] {
  return table.globalIndexes.map(({ IndexName, KeySchema, Projection, ProvisionedThroughput }) => ({
    IndexName,
    KeySchema,
    Projection,
    IndexStatus: table.status === 'CREATING' ? 'CREATING' : 'ACTIVE',
    ProvisionedThroughput: { ReadCapacityUnits: ProvisionedThroughput?.ReadCapacityUnits ?? 0, WriteCapacityUnits: ProvisionedThroughput?.WriteCapacityUnits ?? 0, NumberOfDecreasesToday: 0 },
    IndexArn: `${table.arn}/index/${IndexName ?? ''}`,
    ItemCount: 0,
    IndexSizeBytes: 0,
  }));
}

function describeReplicas({ replicaRegions, region }: Table): ReplicaDescription[] {
  return [...replicaRegions].filter((each) => each !== region).map((each) => ({ RegionName: each, ReplicaStatus: 'ACTIVE' }));
}
