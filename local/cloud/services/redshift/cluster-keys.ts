import { AwsError } from '../../gateway/aws-error';
import type { Call } from '../../gateway/service';
import { invalidValue } from '../rds/request-errors';
import { redshiftArn } from './redshift-arn';
import type { RedshiftContext } from './redshift-context';
import type { RedshiftCluster } from './state/cluster';
import type { Encryption } from './state/encryption';

type Keys = Pick<RedshiftContext, 'keys'>;

/** "Amazon Redshift uses the cluster ID and the creation time for the encryption context." https://docs.aws.amazon.com/kms/latest/developerguide/services-redshift.html */
export function encryptionContext({ place, identifier, createdAt }: Pick<RedshiftCluster, 'place' | 'identifier' | 'createdAt'>): Readonly<Record<string, string>> {
  return {
    'aws:redshift:arn': redshiftArn('cluster', place, identifier),
    'aws:redshift:createtime': `${createdAt.toISOString().slice(0, 16).replaceAll(/[-:]/g, '')}Z`,
  };
}

/** Puts a key of the customer's to use for a cluster, with the caller's `kms:DescribeKey` and `kms:CreateGrant`. */
export async function adoptKey({ keys }: Keys, call: Call, cluster: Pick<RedshiftCluster, 'place' | 'identifier' | 'createdAt'>, keyId: string): Promise<Encryption> {
  const resource = { place: cluster.place, arn: redshiftArn('cluster', cluster.place, cluster.identifier), encryptionContext: encryptionContext(cluster) };
  return allowed(async () => ({ kind: 'kms' as const, ...(await keys.adopt(call.principal, resource, keyId)) }));
}

/**
 * Opens the key of a snapshot for a restore.
 *
 * The caller needs `kms:Decrypt`, as https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshot-share-snapshot.html says.
 * What the page leaves out and practice adds is asked for too: `kms:DescribeKey` and `kms:CreateGrant`, since the data is loaded
 * long after the call.
 */
export async function openKey({ keys }: Keys, call: Call, encryption: Encryption): Promise<void> {
  if (encryption.kind === 'kms') await allowed(() => keys.open(call.principal, call, encryption));
}

/** The errors of KMS as Redshift passes them on. The words for a refusal are those of RestoreFromClusterSnapshot. */
export async function allowed<Result>(use: () => Promise<Result>): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof AwsError) || (error.status ?? 400) >= 500) throw error;
    if (error.code === 'AccessDeniedException') throw new AwsError('UnauthorizedOperation', `Access Denied. Please ensure that your IAM Permissions allow this operation. ${error.message}`);
    if (/Throttl/.test(error.code)) throw new AwsError('DependentServiceRequestThrottlingFault', 'The request cannot be completed because a dependent service is throttling requests made by Amazon Redshift on your behalf. Wait and retry the request.');
    throw invalidValue(`The KMS key cannot be used: ${error.message}`);
  }
}
