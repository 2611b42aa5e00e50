import type { Call } from '../../gateway/service';
import { newIdentifier, LONGEST_DATABASE_IDENTIFIER, LONGEST_SNAPSHOT_IDENTIFIER } from './identifiers';
import { copyDurationMs, SNAPSHOT_LIFE_CYCLE } from './life-cycle/snapshot-life-cycle';
import { checkCopiesUnderWay } from './quotas';
import type { RdsContext } from './rds-context';
import { invalidCombination, invalidValue } from './request-errors';
import type { Encryption } from './state/encryption';
import { SNAPSHOT_WORDS } from './state/estate';
import type { Snapshot, SnapshotKind } from './state/snapshot';
import { snapshotArn } from './describe/describe-snapshot';
import { checkSnapshotRoom, checkUsable, noticeSourceOf } from './take-snapshot';

/** A request to copy a snapshot of either kind. */
export interface CopyRequest {
  readonly source: string | undefined;
  /** The name and value of the parameter that names the copy. */
  readonly target: { readonly parameter: string; readonly value: string | undefined };
  readonly kmsKeyId: string | undefined;
  readonly copyTags: boolean;
  readonly tags: Record<string, string>;
}

/** Begins a copy into the caller's account and region. The checks are in the order in which a caller would want to hear of them. */
export async function copySnapshot(rds: RdsContext, call: Call, kind: SnapshotKind, request: CopyRequest): Promise<Snapshot> {
  const identifier = newIdentifier(request.target.parameter, request.target.value, kind === 'cluster' ? LONGEST_DATABASE_IDENTIFIER : LONGEST_SNAPSHOT_IDENTIFIER);
  const source = rds.estate.usableSnapshot(kind, call, request.source);
  const place = { account: call.account, region: call.region };
  const checkRoom = () => {
    checkSnapshotRoom(rds, kind, place, identifier);
    checkUsable(source, 'copy');
    checkCopiesUnderWay(rds.estate.in(place), kind);
  };
  checkRoom();
  checkRoute(rds, source, call);
  const encryption = await encryptionOfCopy(rds, call, source, request.kmsKeyId);
  // The calls to KMS take time, in which another copy may have begun.
  checkRoom();
  const copy: Snapshot = {
    kind,
    place,
    identifier,
    type: 'manual',
    origin: source.origin,
    traits: { ...source.traits, encryption },
    createdAt: rds.cloud.clock.now(),
    copiedFromArn: snapshotArn(source),
    sharedWith: new Set(),
    tags: { ...(request.copyTags && source.tags), ...request.tags },
    image: undefined,
    failsAtPercent: rds.behaviour.doomedCopies.take(kind, place, identifier),
    status: 'copying',
    underway: undefined,
  };
  rds.estate.in(place).snapshots[kind].set(identifier, copy);
  begin(rds, source, copy);
  return copy;
}

function begin(rds: RdsContext, source: Snapshot, copy: Snapshot): void {
  const isRemote = source.place.region !== copy.place.region;
  const durationMs = copyDurationMs(copy.traits.sizeGb, isRemote);
  const hasEvents = copy.kind === 'instance';
  if (hasEvents) rds.notices.give(noticeSourceOf(copy), isRemote ? 'remoteSnapshotCopyStarted' : 'snapshotCopyStarted', source.identifier);
  if (copy.failsAtPercent !== undefined) {
    rds.passages.begin(copy, SNAPSHOT_LIFE_CYCLE.copyInVain, { durationMs: (durationMs * copy.failsAtPercent) / 100 });
    return;
  }
  rds.passages.begin(copy, SNAPSHOT_LIFE_CYCLE.copy, {
    durationMs,
    work: async () => {
      copy.image = source.image?.share();
    },
    then: () => hasEvents && rds.notices.give(noticeSourceOf(copy), isRemote ? 'remoteSnapshotCopied' : 'snapshotCopied', source.identifier),
  });
}

/**
 * Copies across accounts and regions at once are possible since 2025-09-23:
 * https://aws.amazon.com/about-aws/whats-new/2025/09/amazon-aurora-rds-cross-region-cross-account-snapshot-copy/
 */
function checkRoute({ behaviour }: RdsContext, source: Snapshot, call: Call): void {
  const crossesBoth = source.place.account !== call.account && source.place.region !== call.region;
  if (!crossesBoth || !behaviour.refusesSingleStepCopies) return;
  throw invalidValue(`The snapshot ${snapshotArn(source)} is shared from another account and can be copied within its region only.`);
}

async function encryptionOfCopy({ keys }: RdsContext, call: Call, source: Snapshot, kmsKeyId: string | undefined): Promise<Encryption> {
  const { encryption } = source.traits;
  const words = SNAPSHOT_WORDS[source.kind];
  if (encryption.kind !== 'sse-kms') {
    if (kmsKeyId === undefined) return encryption;
    // "If you copy an unencrypted DB cluster snapshot and specify a value for the KmsKeyId parameter, an error is returned", while a copy
    // of an unencrypted DB snapshot gets encrypted: the SDK's type text of either operation.
    if (source.kind === 'cluster') throw invalidCombination('KmsKeyId cannot be specified for the copy of an unencrypted DB cluster snapshot.');
    return keys.adopt(call, kmsKeyId, words.arn, source.origin.resourceId);
  }
  if (kmsKeyId === undefined && source.place.region !== call.region) throw invalidValue('Must specify new KMS key for cross region encrypted snapshot copy.');
  if (kmsKeyId === undefined && source.place.account !== call.account) throw invalidValue('Must specify new KMS key for the copy of a shared encrypted snapshot.');
  await keys.open(call, encryption, words.arn);
  return keys.adopt(call, kmsKeyId ?? encryption.keyArn, words.arn, source.origin.resourceId);
}

