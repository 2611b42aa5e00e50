import { AwsError } from '../../gateway/aws-error';
import { QUOTAS } from './quotas';
import { invalidCombination, invalidValue } from './request-errors';
import type { Snapshot } from './state/snapshot';
import { checkUsable } from './take-snapshot';

/** What a request changes about who may copy and restore a snapshot. */
export interface ShareRequest {
  readonly AttributeName?: string | undefined;
  readonly ValuesToAdd?: string[] | undefined;
  readonly ValuesToRemove?: string[] | undefined;
}

const ATTRIBUTE = 'restore';
const EVERYBODY = 'all';

/**
 * Changes whom a manual snapshot is shared with.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-share-snapshot.html
 */
export function changeShares(snapshot: Snapshot, { AttributeName, ValuesToAdd = [], ValuesToRemove = [] }: ShareRequest): void {
  if (AttributeName !== ATTRIBUTE) throw invalidValue(`Invalid attribute name: ${AttributeName ?? ''}. The attribute is ${ATTRIBUTE}`);
  const stranger = [...ValuesToAdd, ...ValuesToRemove].find((value) => value !== EVERYBODY && !/^\d{12}$/.test(value));
  if (stranger !== undefined) throw invalidValue(`Invalid account id: ${stranger}`);
  if (snapshot.type !== 'manual') throw new AwsError(snapshot.kind === 'cluster' ? 'InvalidDBClusterSnapshotStateFault' : 'InvalidDBSnapshotStateFault', 'Only manual snapshots can be shared.');
  checkUsable(snapshot, 'share');
  if (ValuesToAdd.length > 0) checkMayBeShared(snapshot, ValuesToAdd);
  const shared = new Set([...snapshot.sharedWith, ...ValuesToAdd].filter((value) => !ValuesToRemove.includes(value)));
  if (shared.size > QUOTAS.accountsPerSharedSnapshot) throw new AwsError('SharedSnapshotQuotaExceededFault', `A snapshot can be shared with ${QUOTAS.accountsPerSharedSnapshot} accounts.`);
  snapshot.sharedWith.clear();
  for (const value of shared) snapshot.sharedWith.add(value);
}

export function shareAttributes({ sharedWith }: Snapshot): { AttributeName: string; AttributeValues: string[] }[] {
  return [{ AttributeName: ATTRIBUTE, AttributeValues: [...sharedWith].sort() }];
}

function checkMayBeShared({ traits: { encryption } }: Snapshot, accounts: readonly string[]): void {
  if (encryption.kind !== 'sse-kms') return;
  if (accounts.includes(EVERYBODY)) throw invalidCombination('Encrypted snapshots cannot be shared publicly.');
  if (encryption.isAwsManaged) throw invalidCombination('Sharing snapshots encrypted with the default service key for RDS is currently not supported.');
}
