import { AwsError } from '../../gateway/aws-error';
import { encryptionContext } from './cluster-keys';
import { copyDurationMs, SNAPSHOT_LIFE_CYCLE } from './life-cycle/snapshot-life-cycle';
import { redshiftArn } from './redshift-arn';
import type { RedshiftContext } from './redshift-context';
import { scheduleExpiry } from './snapshot-expiry';
import type { SnapshotCopySetting } from './state/cluster';
import type { Encryption } from './state/encryption';
import type { RedshiftSnapshot } from './state/snapshot';

/** Copies get this before the name: https://docs.aws.amazon.com/redshift/latest/mgmt/cross-region-snapshot-copy.html */
const PREFIX = 'copy:';

/**
 * Copies a snapshot that has become available to the region that its cluster names, as Redshift does by itself.
 *
 * The key is that of the copy grant, whose use Redshift was granted when that was made; when it no longer works, the copy fails.
 */
export async function copyToOtherRegion(redshift: RedshiftContext, source: RedshiftSnapshot, setting: SnapshotCopySetting): Promise<void> {
  const { estate, passages, notices } = redshift;
  const { image } = source;
  if (!image) throw new Error(`snapshot ${source.identifier} is available and has no data`);
  const held = image.share();
  const place = { account: source.place.account, region: setting.destinationRegion };
  const encryption = await encryptionOfCopy(redshift, source, setting);
  const copy: RedshiftSnapshot = {
    ...source,
    place,
    identifier: PREFIX + source.identifier,
    traits: { ...source.traits, encryption: encryption ?? source.traits.encryption },
    sourceRegion: source.place.region,
    retentionDays: source.type === 'automated' ? setting.retentionDays : setting.manualRetentionDays,
    expiry: undefined,
    sharedWith: new Set(),
    tags: { ...source.tags },
    image: undefined,
    status: 'creating',
    underway: undefined,
  };
  estate.in(place).snapshots.set(copy.identifier, copy);
  if (!encryption) {
    passages.begin(copy, SNAPSHOT_LIFE_CYCLE.createInVain, { then: () => notices.give(copy, 'snapshotFailed', copy.clusterIdentifier) });
    await held.release();
    return;
  }
  passages.begin(copy, SNAPSHOT_LIFE_CYCLE.copyToRegion, {
    durationMs: copyDurationMs(source.incrementalMb),
    work: async () => {
      copy.image = held;
    },
    then: () => {
      scheduleExpiry(redshift, copy);
      notices.give({ place: source.place, identifier: source.clusterIdentifier }, 'snapshotCopied', source.identifier);
    },
  });
}

/** Nothing when the key cannot be used. */
async function encryptionOfCopy({ estate, keys }: RedshiftContext, { place, traits, clusterIdentifier, clusterCreatedAt }: RedshiftSnapshot, { destinationRegion, grantName }: SnapshotCopySetting): Promise<Encryption | undefined> {
  if (traits.encryption.kind === 'aws-owned') return traits.encryption;
  const destination = { account: place.account, region: destinationRegion };
  const grant = estate.in(destination).copyGrants.get(grantName ?? '');
  if (!grant) return undefined;
  const context = encryptionContext({ place: destination, identifier: clusterIdentifier, createdAt: clusterCreatedAt });
  const resource = { place: destination, arn: redshiftArn('snapshotcopygrant', destination, grant.name), encryptionContext: context };
  try {
    return { kind: 'kms', keyArn: grant.keyArn, dataKey: await keys.newDataKey(resource, grant.keyArn), encryptionContext: context };
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
