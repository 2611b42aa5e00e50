import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { RedshiftBackupConfig, RetentionConfig } from '../config/redshift-backup';
import { LockedBucket } from '../shared/locked-bucket';
import { SystemKey } from '../shared/system-key';
import type { BackupNames } from './names';

export interface TargetStorageProps {
  readonly config: RedshiftBackupConfig;
  readonly names: BackupNames;
  readonly sourceAccount: string;
}

/** Manifests that the source writes and can never change, and the verdicts on them, which it may read. */
export class TargetStorage extends Construct {
  readonly evidence: Bucket;

  constructor(scope: Construct, id: string, { config, names, sourceAccount }: TargetStorageProps) {
    super(scope, id);
    const role = (operation: string) => ({ ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${sourceAccount}:role/${names.functionName(operation)}` } });
    const [writer, cleaner] = [role('take-manifest'), role('apply-retention')];
    const key = new SystemKey(this, 'Key', { alias: names.evidenceKeyAlias, description: `Manifests and proofs of ${config.name}`, users: [] });
    const allow = (sid: string, actions: string[], resources: string[], conditions: Record<string, Record<string, string>>) =>
      // The account, and of it the role: a role that does not exist yet cannot be a principal, and S3 refuses what could be called public.
      new PolicyStatement({ sid, principals: [new AccountPrincipal(sourceAccount)], actions, resources, conditions });
    key.addToResourcePolicy(allow('WriterOfManifests', ['kms:GenerateDataKey'], ['*'], writer));
    this.evidence = new LockedBucket(this, 'Evidence', { bucketName: names.evidenceBucket, key, retentionDays: evidenceDays(config) }).bucket;
    this.evidence.addToResourcePolicy(allow('WriterOfManifests', ['s3:PutObject'], [this.evidence.arnForObjects('manifests/*')], writer));
    // The verdict is part of the key of a proof: to know what is proven, the clean-up of the source only has to see the list.
    this.evidence.addToResourcePolicy(allow('ReaderOfVerdicts', ['s3:ListBucket'], [this.evidence.bucketArn], { ...cleaner, StringLike: { 's3:prefix': 'proofs/*' } }));
  }
}

/** Evidence has to outlive the snapshots and copies that it is about. */
function evidenceDays({ retention, proof, graceDays }: RedshiftBackupConfig): number {
  return Math.max(longestDays(retention), longestDays(proof.retention)) + graceDays;
}

function longestDays({ days, daily, weekly, monthly, yearly }: RetentionConfig): number {
  return Math.max(days, daily, weekly * 7, monthly * 31, yearly * 366);
}
