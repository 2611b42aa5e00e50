import { javaExceptionName, javaName } from '../../../../../../local/cloud/engines/sdk-integration/java-name';

describe('javaName', () => {
  it.each([
    ['DBClusterIdentifier', 'DbClusterIdentifier'],
    ['TargetDBClusterSnapshotIdentifier', 'TargetDbClusterSnapshotIdentifier'],
    ['KmsKeyId', 'KmsKeyId'],
    ['IAMDatabaseAuthenticationEnabled', 'IamDatabaseAuthenticationEnabled'],
    ['SSEKMSKeyId', 'SsekmsKeyId'],
    ['stateMachineArn', 'StateMachineArn'],
    ['ARN', 'Arn'],
    ['DBClusters', 'DbClusters'],
    ['VpcId', 'VpcId'],
  ])('of %s is %s', (name, expected) => {
    expect(javaName(name)).toBe(expected);
  });
});

describe('javaExceptionName', () => {
  it.each([
    ['DBClusterNotFoundFault', 'DbClusterNotFoundException'],
    ['InvalidDBClusterStateFault', 'InvalidDbClusterStateException'],
    ['NoSuchKey', 'NoSuchKeyException'],
    ['ConditionalCheckFailedException', 'ConditionalCheckFailedException'],
    ['KMSKeyNotAccessibleFault', 'KmsKeyNotAccessibleException'],
    ['QueueDoesNotExist', 'QueueDoesNotExistException'],
  ])('of %s is %s', (shape, expected) => {
    expect(javaExceptionName(shape)).toBe(expected);
  });
});
