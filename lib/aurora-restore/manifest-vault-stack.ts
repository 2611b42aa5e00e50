import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { AuroraRestoreConfig } from '../config/aurora-restore';
import { HoldfastStack } from '../shared/holdfast-stack';
import { LockedBucket } from '../shared/locked-bucket';
import { SystemKey } from '../shared/system-key';
import { namesOf } from './names';
import { ONLY_ONCE } from './only-once';

export interface ManifestVaultStackProps {
  /** The account that restores, in the source's region: a gateway endpoint of the source's network reaches only its own region. */
  readonly env: { readonly account: string; readonly region: string };
  readonly config: AuroraRestoreConfig;
  readonly sourceAccount: string;
}

const RETENTION_DAYS = 90;

/** Where the source puts what it holds, and can never change it: the bucket belongs to the account that restores, and its objects are locked. */
export class ManifestVaultStack extends HoldfastStack {
  constructor(scope: Construct, id: string, { env, config, sourceAccount }: ManifestVaultStackProps) {
    super(scope, id, { env, system: 'aurora-restore', description: `Manifests of ${config.source.clusterIdentifier}` });
    const names = namesOf(config, { sourceAccount, targetAccount: env.account });
    // Within one account the role's own policy says all of it.
    const isForeign = sourceAccount !== env.account;
    const writer = `arn:aws:iam::${sourceAccount}:role/${names.functionName('take-manifest')}`;
    const key = new SystemKey(this, 'Key', { alias: names.manifestKeyAlias, description: `Manifests of ${config.source.clusterIdentifier}`, users: [] });
    // The account is there before its role is; a policy that names nobody, but for a condition, may count as public.
    const grant = (actions: string[], resources: string[], conditions: object = {}) =>
      new PolicyStatement({ sid: 'WriterOfManifests', principals: [new AccountPrincipal(sourceAccount)], actions, resources, conditions: { ArnEquals: { 'aws:PrincipalArn': writer }, ...conditions } });
    if (isForeign) key.addToResourcePolicy(grant(['kms:GenerateDataKey'], ['*']));
    const { bucket } = new LockedBucket(this, 'Manifests', { bucketName: names.manifestBucket, key, retentionDays: RETENTION_DAYS });
    if (isForeign) bucket.addToResourcePolicy(grant(['s3:PutObject'], [bucket.arnForObjects('*')], ONLY_ONCE));
  }
}
