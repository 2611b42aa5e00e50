import type { Permission } from '../shared/permission';
import type { BackupNames } from './names';

/** Where something is, as far as permissions name it. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

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
    {
      actions: ['redshift-data:DescribeStatement', 'redshift-data:GetStatementResult'],
      resources: ['*'],
      because: 'statements have no ARN; only those of the same principal can be seen',
      conditions: { StringEquals: { 'redshift-data:statement-owner-iam-userid': '${aws:userid}' } },
    },
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
