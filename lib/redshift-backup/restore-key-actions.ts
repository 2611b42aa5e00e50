/**
 * What the account that restores needs on the key of a shared snapshot. AWS's guide names `kms:Decrypt` alone; Redshift loads
 * the data after the call, with a grant that the caller makes.
 * https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshot-share-snapshot.html
 */
export const RESTORE_KEY_ACTIONS = ['kms:DescribeKey', 'kms:Decrypt', 'kms:CreateGrant'] as const;
