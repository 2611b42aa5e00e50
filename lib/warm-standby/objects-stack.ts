import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectOwnership, StorageClass } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { REPLICATION_RULE } from '../../lambda/warm-standby/contract';
import type { WarmStandbyConfig } from '../config/warm-standby';
import { acknowledge } from '../shared/acknowledge';
import { HoldfastStack } from '../shared/holdfast-stack';
import { permit } from '../shared/permission';
import { namesOf, type RegionNames, type Role as RegionRole } from './names';

export interface ObjectsStackProps {
  readonly env: { readonly account: string; readonly region: string };
  readonly config: WarmStandbyConfig;
  readonly role: RegionRole;
}

const LOG_DAYS = 90;
const OLD_VERSION_DAYS = 30;

/** The application's objects and the logs of a region. The standby's come first: a rule of replication needs a bucket to lead to. */
export class ObjectsStack extends HoldfastStack {
  constructor(scope: Construct, id: string, { env, config, role }: ObjectsStackProps) {
    super(scope, id, { env, system: 'warm-standby', description: `Objects and logs of ${config.name}, ${role}` });
    const names = namesOf(config, env.account);
    const own = names[role];
    const logs = this.logBucket(own, env.account);
    const data = this.dataBucket(own, logs);
    const peer = names[role === 'primary' ? 'standby' : 'primary'];
    const replication = this.replicationRole(own, peer);
    if (role === 'primary') this.replicate(data, peer, replication);
  }

  private logBucket(own: RegionNames, account: string): Bucket {
    const bucket = new Bucket(this, 'Logs', {
      bucketName: own.logBucket,
      // Load balancers write their logs only under keys of S3: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(30) }], expiration: Duration.days(LOG_DAYS) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(bucket, 'it is where access logs go; logging them too would never end', 'AwsSolutions-S1');
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LoadBalancerLogs',
        principals: [new ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`load-balancer/AWSLogs/${account}/*`)],
      }),
    );
    return bucket;
  }

  private dataBucket(own: RegionNames, logs: Bucket): Bucket {
    return new Bucket(this, 'Data', {
      bucketName: own.dataBucket,
      encryption: BucketEncryption.KMS,
      encryptionKey: Key.fromKeyArn(this, 'DataKey', own.dataKeyArn),
      bucketKeyEnabled: true,
      enforceSSL: true,
      versioned: true,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: 'app-data/',
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(OLD_VERSION_DAYS), abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      // The objects of the application.
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Acts for S3 when objects are copied to the other region. */
  private replicationRole(own: RegionNames, target: RegionNames): Role {
    const role = new Role(this, 'Replication', { roleName: own.replicationRole, assumedBy: new ServicePrincipal('s3.amazonaws.com'), description: `Copies objects from ${own.region} to ${target.region}` });
    const [sourceArn, targetArn] = [`arn:aws:s3:::${own.dataBucket}`, `arn:aws:s3:::${target.dataBucket}`];
    const everyObject = 'the asterisk stands for the objects of the bucket';
    permit(role, { actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'], resources: [sourceArn] });
    permit(role, { actions: ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'], resources: [`${sourceArn}/*`], because: everyObject });
    permit(role, { actions: ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'], resources: [`${targetArn}/*`], because: everyObject });
    permit(role, { actions: ['kms:Decrypt'], resources: [own.dataKeyArn], conditions: { StringEquals: { 'kms:ViaService': `s3.${own.region}.amazonaws.com` } } });
    permit(role, { actions: ['kms:Encrypt', 'kms:GenerateDataKey'], resources: [target.dataKeyArn], conditions: { StringEquals: { 'kms:ViaService': `s3.${target.region}.amazonaws.com` } } });
    return role;
  }

  /**
   * Copies every new version within fifteen minutes, and says so when it does not. The rule of the opposite direction needs
   * this bucket to exist, so `pair-objects` makes it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
   */
  private replicate(source: Bucket, target: RegionNames, role: Role): void {
    const rule: CfnBucket.ReplicationRuleProperty = {
      id: REPLICATION_RULE.primary,
      status: 'Enabled',
      priority: 1,
      filter: { prefix: '' },
      deleteMarkerReplication: { status: 'Enabled' },
      sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
      destination: {
        bucket: `arn:aws:s3:::${target.dataBucket}`,
        encryptionConfiguration: { replicaKmsKeyId: target.dataKeyArn },
        metrics: { status: 'Enabled', eventThreshold: { minutes: 15 } },
        replicationTime: { status: 'Enabled', time: { minutes: 15 } },
      },
    };
    (source.node.defaultChild as CfnBucket).replicationConfiguration = { role: role.roleArn, rules: [rule] };
    source.node.addDependency(role);
  }
}
