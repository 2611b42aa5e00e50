import { CreateGrantCommand, DescribeKeyCommand, DryRunOperationException, GetKeyPolicyCommand, KMSClient, KMSServiceException, NotFoundException } from '@aws-sdk/client-kms';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** What a look at a key says of it. */
export interface KeySight {
  /** Why nobody can use it now, in words; nothing when it can be used. */
  readonly obstacle: string | undefined;
  /** Services may use it for whoever may use the service. */
  readonly isManagedByAws: boolean;
}

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

  /** The key's policy, as JSON. Only in the key's own account can it be read. */
  async policyOf(keyArn: string): Promise<string> {
    const { Policy } = await this.client.send(new GetKeyPolicyCommand({ KeyId: keyArn }));
    return present(Policy, 'Policy');
  }

  /** Looks whether the key is there, enabled, and to be seen by us. */
  async look(keyArn: string): Promise<KeySight> {
    try {
      const { KeyMetadata } = await this.client.send(new DescribeKeyCommand({ KeyId: keyArn }));
      const isManagedByAws = KeyMetadata?.KeyManager === 'AWS';
      return { isManagedByAws, obstacle: KeyMetadata?.KeyState === 'Enabled' ? undefined : `key ${keyArn} is ${KeyMetadata?.KeyState ?? 'in no known state'}, not Enabled` };
    } catch (error) {
      return { isManagedByAws: false, obstacle: explain(error, keyArn) };
    }
  }

  /**
   * Says what keeps RDS or Redshift from using a key of our own for us, in words; nothing when it may.
   *
   * They need a grant on the key. A dry run of `CreateGrant` asks the key policy without making one; a key that AWS
   * manages for a service may be used by whoever may use that service.
   * https://docs.aws.amazon.com/kms/latest/developerguide/testing-permissions.html
   */
  async obstacleToGrant(keyArn: string, grantee: string): Promise<string | undefined> {
    const { obstacle, isManagedByAws } = await this.look(keyArn);
    if (obstacle || isManagedByAws) return obstacle;
    try {
      await this.client.send(new CreateGrantCommand({ KeyId: keyArn, GranteePrincipal: grantee, Operations: ['Decrypt', 'DescribeKey', 'CreateGrant'], DryRun: true }));
      return `key ${keyArn}: the dry run of kms:CreateGrant was not one`;
    } catch (error) {
      // The answer of a dry run that would have succeeded.
      return error instanceof DryRunOperationException ? undefined : explain(error, keyArn);
    }
  }
}

function explain(error: unknown, keyArn: string): string {
  if (error instanceof NotFoundException) return `key ${keyArn} does not exist`;
  // A common error of all services, without a class of its own in the SDK.
  if (error instanceof KMSServiceException && error.name === 'AccessDeniedException') return `key ${keyArn}: ${error.message}`;
  throw error;
}
