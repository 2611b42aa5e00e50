import type { DescribeEventsMessage } from '@aws-sdk/client-redshift';
import type { Call } from '../../../gateway/service';
import { page } from '../../rds/describe/listing';
import { invalidCombination, invalidValue } from '../../rds/request-errors';
import { RedshiftAccess } from '../access/redshift-access';
import { ENGINE_VERSION } from '../describe/engine-version';
import { restorableTypes, storageMbOf } from '../node-types';
import { PARAMETER_FAMILIES } from '../parameters/cluster-parameters';
import type { RedshiftContext } from '../redshift-context';
import type { RedshiftOperations } from './redshift-operations';

const DEFAULT_DURATION_MINUTES = 60;
/** "for the past 14 days": the SDK's type text of DescribeEvents. */
const EVENTS_KEPT_MS = 14 * 24 * 3_600_000;
const EVERYTHING = [{ resource: '*' }];
const MANAGED_TYPE = 'ra3.xlplus';
const SMALL_SIZES = [1, 2, 4];

/** Operations that inform about events, storage, versions, node types and the account. */
export function informationOperations(redshift: RedshiftContext): RedshiftOperations {
  const to = new RedshiftAccess(redshift.estate);
  return {
    DescribeEvents: { access: () => EVERYTHING, run: (input, call) => describeEvents(redshift, input, call) },
    DescribeAccountAttributes: {
      access: () => EVERYTHING,
      run: ({ AttributeNames }) => ({
        AccountAttributes: [{ AttributeName: 'supported-platforms', AttributeValues: [{ AttributeValue: 'VPC' }] }].filter(({ AttributeName }) => !AttributeNames?.length || AttributeNames.includes(AttributeName)),
      }),
    },
    DescribeStorage: {
      access: () => EVERYTHING,
      run: (_, call) => {
        const state = redshift.estate.in(call);
        return {
          TotalBackupSizeInMegaBytes: state.manualSnapshots().reduce((sum, { traits }) => sum + traits.sizeMb, 0),
          TotalProvisionedStorageInMegaBytes: [...state.clusters.values()].reduce((sum, { traits }) => sum + traits.sizeMb, 0),
        };
      },
    },
    DescribeClusterVersions: {
      access: () => EVERYTHING,
      run: (input) => {
        const versions = PARAMETER_FAMILIES.map((family) => ({ ClusterVersion: ENGINE_VERSION, ClusterParameterGroupFamily: family, Description: `Initial release of ${family}` }));
        const { items, Marker } = page(versions, input);
        return { ClusterVersions: items, Marker };
      },
    },
    DescribeOrderableClusterOptions: {
      access: () => EVERYTHING,
      run: ({ NodeType, ...paging }, call) => {
        const types = restorableTypes(MANAGED_TYPE).filter((type) => NodeType === undefined || type === NodeType);
        const options = types.map((type) => ({
          ClusterVersion: ENGINE_VERSION,
          ClusterType: 'multi-node',
          NodeType: type,
          AvailabilityZones: ['a', 'b', 'c'].map((zone) => ({ Name: call.region + zone })),
        }));
        const { items, Marker } = page(options, paging);
        return { OrderableClusterOptions: items, Marker };
      },
    },
    DescribeNodeConfigurationOptions: {
      access: ({ ClusterIdentifier }, call) => [to.existing('cluster', call, ClusterIdentifier)],
      run: ({ ActionType, ClusterIdentifier, SnapshotIdentifier, OwnerAccount, ...paging }, call) => {
        if (!['restore-cluster', 'resize-cluster'].includes(ActionType ?? '')) throw invalidValue(`Invalid action type: ${ActionType ?? ''}`);
        const { traits } =
          SnapshotIdentifier === undefined
            ? redshift.estate.cluster(call, ClusterIdentifier)
            : redshift.estate.ownSnapshot({ account: OwnerAccount ?? call.account, region: call.region }, SnapshotIdentifier);
        const options = restorableTypes(traits.nodeType).flatMap((type) =>
          SMALL_SIZES.map((nodes) => ({ NodeType: type, NumberOfNodes: nodes, EstimatedDiskUtilizationPercent: (100 * traits.sizeMb) / storageMbOf(type, nodes) })),
        );
        const { items, Marker } = page(options.filter(({ EstimatedDiskUtilizationPercent }) => EstimatedDiskUtilizationPercent < 100), paging);
        return { NodeConfigurationOptionList: items, Marker };
      },
    },
  };
}

function describeEvents({ estate, cloud }: RedshiftContext, input: DescribeEventsMessage, call: Call) {
  const { SourceIdentifier, SourceType, StartTime, EndTime, Duration, ...paging } = input;
  if (SourceIdentifier !== undefined && SourceType === undefined) throw invalidCombination('If SourceIdentifier is supplied, SourceType must also be provided.');
  const nowMs = cloud.clock.nowMs();
  const endMs = EndTime?.getTime() ?? nowMs;
  const startMs = Math.max(nowMs - EVENTS_KEPT_MS, StartTime?.getTime() ?? endMs - (Duration ?? DEFAULT_DURATION_MINUTES) * 60_000);
  const events = estate.in(call).events.filter(
    (event) =>
      (SourceType === undefined || event.SourceType === SourceType) &&
      (SourceIdentifier === undefined || event.SourceIdentifier === SourceIdentifier.toLowerCase()) &&
      (event.Date?.getTime() ?? 0) >= startMs &&
      (event.Date?.getTime() ?? 0) <= endMs,
  );
  const { items, Marker } = page(events, paging);
  return { Events: items, Marker };
}
