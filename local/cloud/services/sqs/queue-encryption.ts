import { DecryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Call } from '../../gateway/service';
import type { Queue } from './queue';

/** The errors of KMS under the names that SQS gives them. */
const TRANSLATIONS: Readonly<Record<string, string>> = {
  AccessDeniedException: 'KmsAccessDenied',
  DisabledException: 'KmsDisabled',
  InvalidKeyUsageException: 'KmsInvalidKeyUsage',
  KMSInvalidStateException: 'KmsInvalidState',
  NotFoundException: 'KmsNotFound',
  ThrottlingException: 'KmsThrottled',
};

/**
 * Takes a data key for a message with the sender's permissions, who needs `kms:GenerateDataKey` and `kms:Decrypt`.
 * Returns nothing for a queue without a key of its own.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
export async function newDataKey(context: CloudContext, queue: Queue, call: Call): Promise<Uint8Array | undefined> {
  const KeyId = queue.attributes.get('KmsMasterKeyId');
  if (KeyId === undefined) return undefined;
  return translated(async () => {
    const kms = context.as(call.principal, queue, 'sqs.amazonaws.com');
    const { CiphertextBlob } = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext: { 'aws:sqs:arn': queue.arn } }));
    await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { 'aws:sqs:arn': queue.arn } }));
    return CiphertextBlob;
  });
}

/** Opens a message's data key with the receiver's permissions, who needs `kms:Decrypt`. */
export async function openDataKey(context: CloudContext, queue: Queue, dataKey: Uint8Array | undefined, call: Call): Promise<void> {
  if (dataKey === undefined) return;
  const kms = context.as(call.principal, queue, 'sqs.amazonaws.com');
  await translated(() => kms.send(new DecryptCommand({ CiphertextBlob: dataKey, EncryptionContext: { 'aws:sqs:arn': queue.arn } })));
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof AwsError ? TRANSLATIONS[error.code] : undefined;
    throw code ? new AwsError(code, (error as AwsError).message) : error;
  }
}
