import { AwsError } from '../../gateway/aws-error';
import type { Place } from '../../gateway/service';
import type { RedshiftSnapshot } from './state/snapshot';
import type { RegionState } from './state/estate';
import type { QuotaDefinition, QuotaSource } from '../service-quotas/quota-source';

/**
 * What an account may have in a region: https://docs.aws.amazon.com/redshift/latest/mgmt/amazon-redshift-limits.html
 *
 * 20 snapshots is the documented default; a figure of 700 is also quoted, without a source.
 */
export const REDSHIFT_QUOTAS = {
  snapshots: { code: 'L-2E428669', name: 'Snapshots', value: 20, adjustable: true },
  nodes: { code: 'L-F9D462EE', name: 'Nodes', value: 200, adjustable: true },
  nodesPerCluster: { code: 'L-93AC8AE6', name: 'RA3 nodes in a cluster', value: 128, adjustable: true },
  subnetGroups: { code: 'L-BE12F428', name: 'Subnet groups', value: 20, adjustable: true },
  subnetsPerGroup: { code: 'L-6C6B6042', name: 'Subnets in a subnet group', value: 20, adjustable: true },
  parameterGroups: { code: 'L-A3830BB3', name: 'Parameter groups', value: 20, adjustable: false },
  eventSubscriptions: { code: 'L-2B30DCFE', name: 'Event subscriptions', value: 20, adjustable: true },
  iamRolesPerCluster: { code: 'L-7C6A532D', name: 'Cluster IAM roles for Amazon Redshift to access other AWS services', value: 10, adjustable: false },
  accountsPerSnapshot: { code: 'L-909949E5', name: 'AWS accounts that you can authorize to restore a snapshot per snapshot', value: 20, adjustable: false },
  accountsPerKey: { code: 'L-7097B286', name: 'AWS accounts that you can authorize to restore a snapshot per AWS KMS key', value: 100, adjustable: false },
} as const satisfies Record<string, QuotaDefinition>;

export type RedshiftQuota = keyof typeof REDSHIFT_QUOTAS;

/** The quotas that apply: the defaults and what an account was granted beyond them, or a scenario has set. */
export class Quotas implements QuotaSource {
  readonly serviceCode = 'redshift';
  readonly serviceName = 'Amazon Redshift';
  readonly quotas: readonly QuotaDefinition[] = Object.values(REDSHIFT_QUOTAS);
  private readonly applied = new Map<string, number>();

  limitOf(quota: RedshiftQuota, place: Place): number {
    return this.valueOf(REDSHIFT_QUOTAS[quota].code, place);
  }

  set(quota: RedshiftQuota, place: Place, value: number): void {
    this.apply(REDSHIFT_QUOTAS[quota].code, place, value);
  }

  valueOf(code: string, { account, region }: Place): number {
    return this.applied.get(`${account}/${region}/${code}`) ?? this.quotas.find((quota) => quota.code === code)?.value ?? 0;
  }

  apply(code: string, { account, region }: Place, value: number): void {
    this.applied.set(`${account}/${region}/${code}`, value);
  }

  /** Fails when one manual snapshot more would be too many. */
  checkSnapshots(state: RegionState, place: Place): void {
    const most = this.limitOf('snapshots', place);
    // The words are among the reasons of failed jobs: https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-dashboards.html
    if (state.manualSnapshots().length >= most) throw new AwsError('ClusterSnapshotQuotaExceededFault', `Cannot create more than ${most} user snapshots`);
  }

  /** Fails when one account more could not be let at the snapshot, or at snapshots under its key. */
  checkAuthorizations({ place, sharedWith, traits }: RedshiftSnapshot, snapshotsInRegion: readonly RedshiftSnapshot[]): void {
    const perSnapshot = this.limitOf('accountsPerSnapshot', place);
    if (sharedWith.size >= perSnapshot) throw new AwsError('AuthorizationQuotaExceededFault', `The quota of ${perSnapshot} accounts per snapshot has been reached.`);
    const { encryption } = traits;
    if (encryption.kind !== 'kms') return;
    const underKey = snapshotsInRegion.filter((other) => other.traits.encryption.kind === 'kms' && other.traits.encryption.keyArn === encryption.keyArn);
    const authorizations = underKey.reduce((sum, other) => sum + other.sharedWith.size, 0);
    if (authorizations >= this.limitOf('accountsPerKey', place)) throw new AwsError('LimitExceededFault', 'The encryption key has exceeded its grant limit in Amazon Web Services KMS.');
  }
}
