import { CreateKeyCommand, KMSClient, ReplicateKeyCommand } from '@aws-sdk/client-kms';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** Makes a key that exists in two regions under one id, and returns the id. The replica takes a moment to become usable. */
export async function createMultiRegionKey(target: Target, replicaRegion: string, description: string): Promise<string> {
  const client = clientFor(KMSClient, target);
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ MultiRegion: true, Description: description }));
  const KeyId = present(KeyMetadata?.KeyId, 'KeyMetadata.KeyId');
  await client.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: replicaRegion, Description: description }));
  return KeyId;
}
