import { AwsError } from '../../gateway/aws-error';
import type { Call } from '../../gateway/service';
import type { Encryption } from '../redshift/state/encryption';
import { invalid, type ServerlessContext } from './serverless-context';
import { serverlessArn, type Namespace } from './state/estate';

/** Puts a key of the customer's to use for a namespace, with the caller's `kms:DescribeKey` and `kms:CreateGrant`. */
export async function adoptKey({ keys }: ServerlessContext, call: Call, namespace: Pick<Namespace, 'place' | 'id'>, keyId: string): Promise<Encryption> {
  const arn = serverlessArn('namespace', namespace);
  const resource = { place: namespace.place, arn, encryptionContext: { 'aws:redshift-serverless:arn': arn } };
  return allowed(async () => ({ kind: 'kms' as const, ...(await keys.adopt(call.principal, resource, keyId)) }));
}

/** Opens the key of a snapshot for a restore, with the caller's permissions. */
export async function openKey({ keys }: ServerlessContext, call: Call, encryption: Encryption): Promise<void> {
  if (encryption.kind === 'kms') await allowed(() => keys.open(call.principal, call, encryption));
}

async function allowed<Result>(use: () => Promise<Result>): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof AwsError) || (error.status ?? 400) >= 500 || error.code === 'AccessDeniedException') throw error;
    throw invalid(`The KMS key cannot be used: ${error.message}`);
  }
}
