import { CreateGrantCommand, DescribeKeyCommand, DryRunOperationException, KMSClient, KMSServiceException, NotFoundException } from '@aws-sdk/client-kms';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** KMS keys, as far as one can find out whether they may be used. */
export class Keys {
  constructor(private readonly client: KMSClient) {}

  static in(target: Target): Keys {
    return new Keys(clientFor(KMSClient, target));
  }

  /** The key behind an alias. */
  async arnOf(alias: string): Promise<string> {
    const { KeyMetadata } = await this.client.send(new DescribeKeyCommand({ KeyId: alias }));
    return present(KeyMetadata?.Arn, 'KeyMetadata.Arn');
  }

  /**
   * Says what keeps RDS or Redshift from using the key for us, in words; nothing when it may.
   *
   * They need a grant on the key. A dry run of `CreateGrant` asks the key policy without making one; a key that AWS
   * manages for a service may be used by whoever may use that service.
   * https://docs.aws.amazon.com/kms/latest/developerguide/testing-permissions.html
   */
  async obstacleToGrant(keyArn: string, grantee: string): Promise<string | undefined> {
    try {
      const { KeyMetadata } = await this.client.send(new DescribeKeyCommand({ KeyId: keyArn }));
      if (KeyMetadata?.KeyState !== 'Enabled') return `key ${keyArn} is ${KeyMetadata?.KeyState ?? 'in no known state'}, not Enabled`;
      if (KeyMetadata.KeyManager === 'AWS') return undefined;
      await this.client.send(new CreateGrantCommand({ KeyId: keyArn, GranteePrincipal: grantee, Operations: ['Decrypt', 'DescribeKey', 'CreateGrant'], DryRun: true }));
      return `key ${keyArn}: the dry run of kms:CreateGrant was not one`;
    } catch (error) {
      // The answer of a dry run that would have succeeded.
      if (error instanceof DryRunOperationException) return undefined;
      if (error instanceof NotFoundException) return `key ${keyArn} does not exist`;
      // A common error of all services, without a class of its own in the SDK.
      if (error instanceof KMSServiceException && error.name === 'AccessDeniedException') return `key ${keyArn}: ${error.message}`;
      throw error;
    }
  }
}
