import { DecryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Call } from '../../gateway/service';
import type { Topic } from './sns-state';

/** The errors of KMS under the names that SNS gives them. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors */
const TRANSLATIONS: Readonly<Record<string, string>> = {
  AccessDeniedException: 'KMSAccessDeniedException',
  DisabledException: 'KMSDisabledException',
  KMSInvalidStateException: 'KMSInvalidStateException',
  NotFoundException: 'KMSNotFoundException',
  ThrottlingException: 'KMSThrottlingException',
};

/**
 * Uses the topic's key with the publisher's permissions, as SNS does for every message: `kms:GenerateDataKey` and
 * `kms:Decrypt`. A service such as CloudWatch publishes as itself, so the key's policy must name it.
 *
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export async function encryptForTopic(context: CloudContext, topic: Topic, call: Call): Promise<void> {
  const KeyId = topic.attributes.get('KmsMasterKeyId');
  if (KeyId === undefined) return;
  const kms = context.as(call.principal, topic, 'sns.amazonaws.com');
  const EncryptionContext = { 'aws:sns:topicArn': topic.arn };
  try {
    const { CiphertextBlob } = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }));
    await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const code = TRANSLATIONS[error.code];
    throw code ? new AwsError(code, error.message) : error;
  }
}
