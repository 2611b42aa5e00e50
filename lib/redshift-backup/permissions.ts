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

/** Redshift asks for all clusters where a list of snapshots is not confined to one. */
export function describeSnapshots(place: Place): Permission {
  return { actions: ['redshift:DescribeClusterSnapshots'], resources: [redshiftArn(place, 'cluster:*')], because: 'a list of snapshots is a list over all clusters' };
}

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

/** Redshift keeps a restored cluster's administrator password in a secret, with the caller's permissions: https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-secrets-manager-integration.html */
export function managePassword({ account, region }: Place, { cluster, keyArn }: { readonly cluster: string; readonly keyArn?: string }): readonly Permission[] {
  return [
    { actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'], resources: [`arn:aws:secretsmanager:${region}:${account}:secret:redshift!${cluster}*`], because: 'Redshift names the secret after the cluster' },
    { actions: ['secretsmanager:GetRandomPassword'], resources: ['*'], because: 'the action has no resource' },
    ...(keyArn ? [{ actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [keyArn], conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } } }] : []),
  ];
}

function useEvidenceKey({ evidenceKeyAlias }: BackupNames, region: string, actions: readonly string[]): Permission {
  return {
    actions,
    resources: [`arn:aws:kms:${region}:*:key/*`],
    because: 'the key is named by its alias: its id is known in the account that makes it',
    conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` }, 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [`alias/${evidenceKeyAlias}`] } },
  };
}
