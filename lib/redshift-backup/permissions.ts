import { TAG } from '../../lambda/redshift-backup/contract';
import type { Permission } from '../shared/permission';
import type { BackupNames } from './names';

/** Where something is, as far as permissions name it. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

const OWN_STATEMENTS: Permission = {
  actions: ['redshift-data:DescribeStatement', 'redshift-data:GetStatementResult'],
  resources: ['*'],
  because: 'statements have no ARN; only those of the same principal can be seen',
  conditions: { StringEquals: { 'redshift-data:statement-owner-iam-userid': '${aws:userid}' } },
};

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshift.html */
export function redshiftArn({ account, region }: Place, resource: string): string {
  return `arn:aws:redshift:${region}:${account}:${resource}`;
}

export function describeClusters(place: Place, identifier: string, because?: string): Permission {
  return { actions: ['redshift:DescribeClusters'], resources: [redshiftArn(place, `cluster:${identifier}`)], ...(because && { because }) };
}

/** Looking at snapshots, own and shared, in every region: https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshot-share-snapshot.html names no resource either. */
export const DESCRIBE_SNAPSHOTS: Permission = { actions: ['redshift:DescribeClusterSnapshots'], resources: ['*'], because: 'the action knows no resource but the cluster that a request names, and lists name none' };

/** Asking how many manual snapshots the account may have. */
export function readSnapshotQuota({ account, region }: Place): Permission {
  return { actions: ['servicequotas:GetServiceQuota'], resources: [`arn:aws:servicequotas:${region}:${account}:redshift/*`], because: 'the code of the quota is a number of AWS' };
}

/** Redshift looks with the caller's permissions at the network that a warehouse is made in: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonRedshiftFullAccess.html */
export const LOOK_AT_NETWORK: Permission = {
  actions: ['AccountAttributes', 'Addresses', 'AvailabilityZones', 'InternetGateways', 'SecurityGroups', 'Subnets', 'Vpcs'].map((what) => `ec2:Describe${what}`),
  resources: ['*'],
  because: 'the actions have no resource',
};

/** Reading a database through the Data API as a user who gets a password for the moment. */
export function readDatabase(place: Place, { cluster, database, user, because }: { readonly cluster: string; readonly database: string; readonly user: string; readonly because?: string }): readonly Permission[] {
  return [
    { actions: ['redshift-data:BatchExecuteStatement'], resources: [redshiftArn(place, `cluster:${cluster}`)], ...(because && { because }) },
    {
      actions: ['redshift:GetClusterCredentials'],
      resources: [redshiftArn(place, `dbuser:${cluster}/${user}`), redshiftArn(place, `dbname:${cluster}/${database}`)],
      ...(because && { because }),
    },
    OWN_STATEMENTS,
  ];
}

export const NAMED_BY_SLOT = 'snapshots are named after the prefix and the slot of the schedule';
const NAMED_BY_AWS = 'AWS gives ids to namespaces, workgroups and snapshots of Redshift Serverless';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshiftserverless.html */
export function serverlessArn({ account, region }: Place, resource: string): string {
  return `arn:aws:redshift-serverless:${region}:${account}:${resource}`;
}

/** Only what the pipeline has made: it bears its tag. */
export function taggedByPipeline(pipeline: string): Permission['conditions'] & object {
  return { StringEquals: { [`aws:ResourceTag/${TAG.pipeline}`]: pipeline } };
}

/** Only what is made with that tag. */
export function requestedByPipeline(pipeline: string): Permission['conditions'] & object {
  return { StringEquals: { [`aws:RequestTag/${TAG.pipeline}`]: pipeline } };
}

/** Looking at snapshots in a way that the actions name. */
export function serverlessSnapshots(place: Place, action: 'ListSnapshots' | 'GetSnapshot'): Permission {
  return { actions: [`redshift-serverless:${action}`], resources: [serverlessArn(place, 'snapshot/*')], because: NAMED_BY_AWS };
}

/** Own snapshots are told apart by their tags. */
export const TAGS_OF_SNAPSHOTS: Permission = { actions: ['redshift-serverless:ListTagsForResource'], resources: ['*'], because: 'the action knows snapshots by no ARN' };

/** Making a snapshot with the tag that says whose it is. */
export function tagServerlessSnapshots(place: Place, pipeline: string): Permission {
  return { actions: ['redshift-serverless:TagResource'], resources: [serverlessArn(place, 'snapshot/*')], because: NAMED_BY_AWS, conditions: requestedByPipeline(pipeline) };
}

export function onOwnServerlessSnapshots(place: Place, pipeline: string, ...actions: string[]): Permission {
  return { actions, resources: [serverlessArn(place, 'snapshot/*')], because: NAMED_BY_AWS, conditions: taggedByPipeline(pipeline) };
}

/** Reading the database of a workgroup through the Data API, as the user that is named after the caller's role. */
export function readServerless(place: Place, conditions?: Permission['conditions']): readonly Permission[] {
  const workgroups = [serverlessArn(place, 'workgroup/*')];
  return [
    { actions: ['redshift-data:BatchExecuteStatement'], resources: workgroups, because: NAMED_BY_AWS },
    { actions: ['redshift-serverless:GetCredentials'], resources: workgroups, because: NAMED_BY_AWS, ...(conditions && { conditions }) },
    OWN_STATEMENTS,
  ];
}

/** Writing evidence into the locked bucket. The key of the bucket is named by its alias: it may belong to another account. */
export function writeEvidence(names: BackupNames, region: string, prefix: string): readonly Permission[] {
  return [
    { actions: ['s3:PutObject'], resources: [`arn:aws:s3:::${names.evidenceBucket}/${prefix}*`], because: 'objects are named after snapshots' },
    useEvidenceKey(names, region, ['kms:GenerateDataKey']),
  ];
}

export function listEvidence(names: BackupNames): Permission {
  return { actions: ['s3:ListBucket'], resources: [`arn:aws:s3:::${names.evidenceBucket}`] };
}

export function readEvidence(names: BackupNames, region: string, prefix: string): readonly Permission[] {
  return [
    { actions: ['s3:GetObject'], resources: [`arn:aws:s3:::${names.evidenceBucket}/${prefix}*`], because: 'objects are named after snapshots' },
    useEvidenceKey(names, region, ['kms:Decrypt']),
  ];
}

/** What the service authorization reference names for a warehouse that is made or restored under a customer key, beside the permission for the call. */
export const KEEP_UNDER_KEY = ['kms:DescribeKey', 'kms:CreateGrant', 'kms:GenerateDataKey', 'kms:Decrypt', 'kms:RetireGrant'] as const;

/**
 * Redshift keeps a restored cluster's administrator password in a secret, with the caller's permissions: those that the service
 * authorization reference names for `RestoreFromClusterSnapshot`, https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshift.html
 */
export function managePassword(place: Place, cluster: string): readonly Permission[] {
  return [
    {
      actions: ['CreateSecret', 'TagResource', 'DescribeSecret', 'RotateSecret', 'UpdateSecret', 'DeleteSecret'].map((action) => `secretsmanager:${action}`),
      resources: [adminSecrets(place, cluster)],
      because: 'Redshift names the secret after the cluster',
    },
    { actions: ['secretsmanager:GetRandomPassword'], resources: ['*'], because: 'the action has no resource' },
  ];
}

/** Secrets of the administrators of warehouses whose names begin so. */
export function adminSecrets({ account, region }: Place, warehouse: string): string {
  return `arn:aws:secretsmanager:${region}:${account}:secret:redshift!${warehouse}*`;
}

function useEvidenceKey({ evidenceKeyAlias }: BackupNames, region: string, actions: readonly string[]): Permission {
  return {
    actions,
    resources: [`arn:aws:kms:${region}:*:key/*`],
    because: 'the key is named by its alias: its id is known in the account that makes it',
    conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` }, 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [`alias/${evidenceKeyAlias}`] } },
  };
}
