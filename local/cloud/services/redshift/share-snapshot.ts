import { AwsError } from '../../gateway/aws-error';
import type { Call } from '../../gateway/service';
import { invalidCombination, invalidValue, required } from '../rds/request-errors';
import { allowed } from './cluster-keys';
import { parseRedshiftArn, splitSnapshotName } from './redshift-arn';
import type { RedshiftContext } from './redshift-context';
import type { RedshiftSnapshot } from './state/snapshot';

/** What a request says about whom a snapshot is for. */
export interface ShareRequest {
  readonly SnapshotIdentifier?: string | undefined;
  readonly SnapshotArn?: string | undefined;
  readonly AccountWithRestoreAccess?: string | undefined;
}

/** Stands for AWS Support. */
const SUPPORT = 'amazon-redshift-support';

/**
 * Lets an account restore a manual snapshot, once it is available.
 *
 * "The identity authorizing access must have `kms:DescribeKey` permissions on the key used to encrypt the snapshot."
 * https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshot-share-snapshot.html
 */
export async function authorizeAccess(redshift: RedshiftContext, call: Call, request: ShareRequest): Promise<RedshiftSnapshot> {
  const account = accountOf(request, call);
  const snapshot = namedSnapshot(redshift, call, request);
  checkShareable(snapshot);
  if (snapshot.sharedWith.has(account)) throw new AwsError('AuthorizationAlreadyExistsFault', `Account ${account} is already authorized to access the snapshot ${snapshot.identifier}.`);
  redshift.quotas.checkAuthorizations(snapshot, redshift.estate.snapshotsIn(call.region));
  const { encryption } = snapshot.traits;
  if (encryption.kind === 'kms') await describeKey(redshift, call, encryption.keyArn);
  // The call to KMS takes time, in which the snapshot may have gone.
  checkShareable(snapshot);
  snapshot.sharedWith.add(account);
  return snapshot;
}

/** Takes an account's access away. Restores that are under way run to completion. */
export function revokeAccess(redshift: RedshiftContext, call: Call, request: ShareRequest): RedshiftSnapshot {
  const account = accountOf(request, call);
  const snapshot = namedSnapshot(redshift, call, request);
  if (!snapshot.sharedWith.delete(account)) throw new AwsError('AuthorizationNotFoundFault', `Account ${account} is not authorized to access the snapshot ${snapshot.identifier}.`);
  return snapshot;
}

function checkShareable({ identifier, type, status }: RedshiftSnapshot): void {
  if (type !== 'manual') throw new AwsError('InvalidClusterSnapshotStateFault', `Cannot authorize access to the automated snapshot ${identifier}. Only manual snapshots can be shared.`);
  // The SDK's type text: "The specified cluster snapshot is not in the `available` state, or other accounts are authorized to access the snapshot."
  if (status !== 'available') throw new AwsError('InvalidClusterSnapshotStateFault', `The snapshot ${identifier} is not in the available state: ${status}`);
}

function namedSnapshot({ estate }: RedshiftContext, call: Call, { SnapshotIdentifier, SnapshotArn }: ShareRequest): RedshiftSnapshot {
  if ((SnapshotIdentifier === undefined) === (SnapshotArn === undefined)) throw invalidCombination('Either SnapshotIdentifier or SnapshotArn must be specified, but not both.');
  const fromArn = SnapshotArn === undefined ? undefined : parseRedshiftArn(SnapshotArn);
  if (SnapshotArn !== undefined && fromArn?.kind !== 'snapshot') throw invalidValue(`Invalid snapshot ARN: ${SnapshotArn}`);
  const identifier = fromArn ? splitSnapshotName(fromArn.name).identifier : SnapshotIdentifier;
  const isElsewhere = fromArn !== undefined && (fromArn.place.account !== call.account || fromArn.place.region !== call.region);
  return estate.ownSnapshot(call, isElsewhere ? SnapshotArn : identifier);
}

/** "Attempts to authorize or revoke access to the owner account will receive an error." */
function accountOf({ AccountWithRestoreAccess }: ShareRequest, call: Call): string {
  const account = required('AccountWithRestoreAccess', AccountWithRestoreAccess);
  if (!/^\d{12}$/.test(account) && account !== SUPPORT) throw invalidValue(`Invalid AWS account: ${account}`);
  if (account === call.account) throw invalidValue(`The account ${account} owns the snapshot: its access can neither be authorized nor revoked.`);
  return account;
}

/** AuthorizeSnapshotAccess has no error of its own for a key that the caller may not look at. */
async function describeKey({ keys }: RedshiftContext, call: Call, keyArn: string): Promise<void> {
  try {
    await allowed(() => keys.inspect(call.principal, call, keyArn));
  } catch (error) {
    if (error instanceof AwsError && error.code === 'UnauthorizedOperation') throw new AwsError('AccessDenied', error.message, { status: 403 });
    throw error;
  }
}
