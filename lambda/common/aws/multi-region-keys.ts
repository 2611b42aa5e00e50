import { AlreadyExistsException, CreateAliasCommand, CreateKeyCommand, DescribeKeyCommand, EnableKeyRotationCommand, KMSClient, NotFoundException, ReplicateKeyCommand } from '@aws-sdk/client-kms';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

export interface MultiRegionKeyProps {
  /** Tells in the key's own region whether it has been made before, such as `alias/orders`. */
  readonly alias: string;
  readonly description: string;
  readonly replicaRegion: string;
}

/** Keys that exist in two regions under one id. */
export class MultiRegionKeys {
  constructor(private readonly client: KMSClient) {}

  static in(target: Target): MultiRegionKeys {
    return new MultiRegionKeys(clientFor(KMSClient, target));
  }

  /**
   * Makes the key, unless there is one under the alias, and returns its id. It is rotated every year, and so is its replica,
   * which takes a moment to become usable.
   * https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html#multi-region-rotate
   */
  async ensure({ alias, description, replicaRegion }: MultiRegionKeyProps): Promise<string> {
    const KeyId = (await this.find(alias)) ?? (await this.create(alias, description));
    await this.client.send(new EnableKeyRotationCommand({ KeyId }));
    try {
      await this.client.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: replicaRegion, Description: description }));
    } catch (error) {
      if (!(error instanceof AlreadyExistsException)) throw error;
    }
    return KeyId;
  }

  private async find(alias: string): Promise<string | undefined> {
    try {
      const { KeyMetadata } = await this.client.send(new DescribeKeyCommand({ KeyId: alias }));
      return present(KeyMetadata?.KeyId, 'KeyMetadata.KeyId');
    } catch (error) {
      if (error instanceof NotFoundException) return undefined;
      throw error;
    }
  }

  private async create(alias: string, description: string): Promise<string> {
    const { KeyMetadata } = await this.client.send(new CreateKeyCommand({ MultiRegion: true, Description: description }));
    const TargetKeyId = present(KeyMetadata?.KeyId, 'KeyMetadata.KeyId');
    await this.client.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId }));
    return TargetKeyId;
  }
}
