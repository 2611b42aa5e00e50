import type { EnableSnapshotCopyMessage, ModifySnapshotCopyRetentionPeriodMessage, SnapshotCopyGrant as ApiGrant } from '@aws-sdk/client-redshift';
import { AwsError } from '../../../gateway/aws-error';
import { found, type Call } from '../../../gateway/service';
import { tagList } from '../../../gateway/tags';
import { byName, page } from '../../rds/describe/listing';
import { required } from '../../rds/request-errors';
import { RedshiftAccess } from '../access/redshift-access';
import { allowed } from '../cluster-keys';
import { checkCopyRetention, checkManualRetention, LONGEST_CLUSTER_IDENTIFIER, newIdentifier } from '../cluster-rules';
import { deleteSnapshot } from '../delete-snapshot';
import { describeCluster } from '../describe/describe-cluster';
import type { RedshiftContext } from '../redshift-context';
import { hasTags, requestedTags } from '../request';
import { scheduleExpiry } from '../snapshot-expiry';
import type { RedshiftCluster, SnapshotCopySetting } from '../state/cluster';
import type { SnapshotCopyGrant } from '../state/estate';
import type { RedshiftOperations } from './redshift-operations';

const DEFAULT_KEY = 'alias/aws/redshift';
const DEFAULT_RETENTION_DAYS = 7;
const DAY_MS = 24 * 3_600_000;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** Copies of snapshots in another region, and the grants that those of encrypted clusters need there. */
export function snapshotCopyOperations(redshift: RedshiftContext): RedshiftOperations {
  const to = new RedshiftAccess(redshift.estate);
  const access = ({ ClusterIdentifier }: { ClusterIdentifier: string | undefined }, call: Call) => [to.existing('cluster', call, ClusterIdentifier)];
  const named = ({ ClusterIdentifier }: { ClusterIdentifier: string | undefined }, call: Call) => redshift.estate.cluster(call, required('ClusterIdentifier', ClusterIdentifier));
  const grantNamed = (call: Call, name: string | undefined): SnapshotCopyGrant =>
    found(redshift.estate.in(call).copyGrants.get((name ?? '').toLowerCase()), 'SnapshotCopyGrantNotFoundFault', `Snapshot copy grant ${name ?? ''} not found.`);
  return {
    EnableSnapshotCopy: {
      access,
      run: (input, call) => {
        const cluster = named(input, call);
        cluster.copySetting = newSetting(redshift, cluster, input);
        return { Cluster: describeCluster(redshift, cluster) };
      },
    },
    ModifySnapshotCopyRetentionPeriod: {
      access,
      run: (input, call) => {
        const cluster = named(input, call);
        changeRetention(redshift, cluster, input);
        return { Cluster: describeCluster(redshift, cluster) };
      },
    },
    DisableSnapshotCopy: {
      access,
      run: (input, call) => {
        const cluster = named(input, call);
        if (!cluster.copySetting) throw new AwsError('SnapshotCopyAlreadyDisabledFault', `Cross-region snapshot copy is not enabled for the cluster ${cluster.identifier}.`);
        cluster.copySetting = undefined;
        return { Cluster: describeCluster(redshift, cluster) };
      },
    },
    CreateSnapshotCopyGrant: {
      access: (input, call) => to.created('snapshotcopygrant', call, input.SnapshotCopyGrantName, input.Tags),
      run: async (input, call) => {
        const name = newIdentifier('SnapshotCopyGrantName', input.SnapshotCopyGrantName, LONGEST_CLUSTER_IDENTIFIER);
        const { copyGrants } = redshift.estate.in(call);
        if (copyGrants.has(name)) throw new AwsError('SnapshotCopyGrantAlreadyExistsFault', `The snapshot copy grant ${name} already exists.`);
        const place = { account: call.account, region: call.region };
        const keyArn = await allowed(() => redshift.keys.grantUse(call.principal, { place, encryptionContext: {} }, input.KmsKeyId ?? DEFAULT_KEY)).catch(asAccessDenied);
        const grant = { place, name, keyArn, tags: requestedTags(input.Tags) };
        copyGrants.set(name, grant);
        return { SnapshotCopyGrant: describeGrant(grant) };
      },
    },
    DescribeSnapshotCopyGrants: {
      access: () => [{ resource: '*' }],
      run: ({ SnapshotCopyGrantName, TagKeys, TagValues, ...paging }, call) => {
        const grants = SnapshotCopyGrantName === undefined ? byName(redshift.estate.in(call).copyGrants.values(), ({ name }) => name) : [grantNamed(call, SnapshotCopyGrantName)];
        const { items, Marker } = page(grants.filter(({ tags }) => hasTags(tags, TagKeys, TagValues)), paging);
        return { SnapshotCopyGrants: items.map(describeGrant), Marker };
      },
    },
    DeleteSnapshotCopyGrant: {
      access: ({ SnapshotCopyGrantName }, call) => [to.existing('snapshotcopygrant', call, SnapshotCopyGrantName)],
      run: ({ SnapshotCopyGrantName }, call) => {
        const { name } = grantNamed(call, SnapshotCopyGrantName);
        redshift.estate.in(call).copyGrants.delete(name);
        return {};
      },
    },
  };
}

function newSetting({ estate }: RedshiftContext, cluster: RedshiftCluster, input: EnableSnapshotCopyMessage): SnapshotCopySetting {
  const destinationRegion = required('DestinationRegion', input.DestinationRegion);
  if (cluster.copySetting) throw new AwsError('SnapshotCopyAlreadyEnabledFault', `Cross-region snapshot copy is already enabled for the cluster ${cluster.identifier}.`);
  if (cluster.status !== 'available') throw new AwsError('InvalidClusterStateFault', `The cluster ${cluster.identifier} is not in the available state: ${cluster.status}`);
  if (!REGION.test(destinationRegion) || destinationRegion === cluster.place.region) throw new AwsError('UnknownSnapshotCopyRegionFault', `The destination region ${destinationRegion} is not another AWS region.`);
  const grantName = input.SnapshotCopyGrantName?.toLowerCase();
  const { copyGrants } = estate.in({ account: cluster.place.account, region: destinationRegion });
  if (cluster.traits.encryption.kind === 'kms' && grantName === undefined) {
    throw new AwsError('IncompatibleOrderableOptions', `The cluster ${cluster.identifier} is encrypted with a KMS key: SnapshotCopyGrantName is required.`);
  }
  if (grantName !== undefined && !copyGrants.has(grantName)) {
    throw new AwsError('SnapshotCopyGrantNotFoundFault', "The specified snapshot copy grant can't be found. Make sure that the name is typed correctly and that the grant exists in the destination region.");
  }
  return {
    destinationRegion,
    grantName,
    retentionDays: checkCopyRetention(input.RetentionPeriod ?? DEFAULT_RETENTION_DAYS),
    manualRetentionDays: checkManualRetention(input.ManualSnapshotRetentionPeriod),
  };
}

/** "If you decrease the retention period for automated snapshots that are copied ... Redshift deletes any existing [ones] ... outside of the new retention period." */
function changeRetention(redshift: RedshiftContext, cluster: RedshiftCluster, { RetentionPeriod, Manual = false }: ModifySnapshotCopyRetentionPeriodMessage): void {
  const setting = cluster.copySetting;
  if (!setting) throw new AwsError('SnapshotCopyDisabledFault', `Cross-region snapshot copy is not enabled for the cluster ${cluster.identifier}.`);
  const days = required('RetentionPeriod', RetentionPeriod);
  if (Manual) {
    setting.manualRetentionDays = checkManualRetention(days);
    return;
  }
  setting.retentionDays = checkCopyRetention(days);
  const destination = { account: cluster.place.account, region: setting.destinationRegion };
  const oldestMs = redshift.cloud.clock.nowMs() - days * DAY_MS;
  for (const copy of redshift.estate.in(destination).snapshotsOf(cluster, 'automated')) {
    copy.retentionDays = days;
    if (copy.createdAt.getTime() < oldestMs) deleteSnapshot(redshift, copy);
    else if (copy.status === 'available') scheduleExpiry(redshift, copy);
  }
}

/** CreateSnapshotCopyGrant has no error of its own for a key that may not be used. */
function asAccessDenied(error: unknown): never {
  if (error instanceof AwsError && error.code === 'UnauthorizedOperation') throw new AwsError('AccessDenied', error.message, { status: 403 });
  throw error;
}

function describeGrant({ name, keyArn, tags }: SnapshotCopyGrant): ApiGrant {
  return { SnapshotCopyGrantName: name, KmsKeyId: keyArn, Tags: tagList(tags) };
}
