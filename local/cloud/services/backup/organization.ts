import { AwsError } from '../../gateway/aws-error';

/**
 * The AWS Organization as far as AWS Backup asks about it. Accounts are in none until a scenario says so.
 *
 * "You can copy backups to another account only in the same organization": https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
 */
export class Organization {
  private members: readonly string[] = [];
  private managementAccount: string | undefined;
  private crossAccountSince: Date | undefined;
  private crossAccount = false;

  /** Puts accounts into one organization, of which the first is the management account. */
  join(managementAccount: string, ...members: readonly string[]): void {
    this.managementAccount = managementAccount;
    this.members = [managementAccount, ...members];
  }

  hasBoth(one: string, other: string): boolean {
    return this.members.includes(one) && this.members.includes(other);
  }

  get allowsCrossAccountCopies(): boolean {
    return this.crossAccount;
  }

  get updatedAt(): Date | undefined {
    return this.crossAccountSince;
  }

  /** Only the management account changes what all accounts may do. */
  allowCrossAccountCopies(caller: string, isAllowed: boolean, now: Date): void {
    if (caller !== this.managementAccount) throw new AwsError('InvalidRequestException', 'Global settings can be updated only from the management account of an organization.');
    this.crossAccount = isAllowed;
    this.crossAccountSince = now;
  }
}
