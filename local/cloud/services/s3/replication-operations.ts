import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';
import type { BucketState } from './bucket';
import { checkReplication } from './replication-rules';
import { bucketAccess, byBucket } from './s3-access';

export function replicationOperations(state: BucketState): Operations<typeof sdk> {
  return {
    PutBucketReplication: {
      // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html: the role is handed to S3.
      access: ({ Bucket: name, ReplicationConfiguration }, call) => [
        bucketAccess(state.named(name, call), 's3:PutReplicationConfiguration'),
        { action: 'iam:PassRole', resource: ReplicationConfiguration?.Role ?? '', context: { 'iam:PassedToService': 's3.amazonaws.com' } },
      ],
      run: ({ Bucket: name, ReplicationConfiguration }, call) => {
        const bucket = state.named(name, call);
        checkReplication(bucket, ReplicationConfiguration, state);
        bucket.replication = ReplicationConfiguration;
        return {};
      },
    },
    GetBucketReplication: {
      access: byBucket(state, 's3:GetReplicationConfiguration'),
      run: ({ Bucket: name }, call) => {
        const { replication } = state.named(name, call);
        if (!replication) throw new AwsError('ReplicationConfigurationNotFoundError', 'The replication configuration was not found', { status: 404 });
        return { ReplicationConfiguration: replication };
      },
    },
    DeleteBucketReplication: {
      access: byBucket(state, 's3:PutReplicationConfiguration'),
      run: ({ Bucket: name }, call) => {
        state.named(name, call).replication = undefined;
        return {};
      },
    },
  };
}
