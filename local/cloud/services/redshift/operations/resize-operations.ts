import type { Call } from '../../../gateway/service';
import { required } from '../../rds/request-errors';
import { RedshiftAccess } from '../access/redshift-access';
import { describeCluster } from '../describe/describe-cluster';
import type { RedshiftContext } from '../redshift-context';
import { refuseUnsupported } from '../request';
import { beginResize, describeResize } from '../resize';
import type { RedshiftOperations } from './redshift-operations';

/** ResizeCluster, DescribeResize. */
export function resizeOperations(redshift: RedshiftContext): RedshiftOperations {
  const to = new RedshiftAccess(redshift.estate);
  const access = ({ ClusterIdentifier }: { ClusterIdentifier: string | undefined }, call: Call) => [to.existing('cluster', call, ClusterIdentifier)];
  const named = ({ ClusterIdentifier }: { ClusterIdentifier: string | undefined }, call: Call) => redshift.estate.cluster(call, required('ClusterIdentifier', ClusterIdentifier));
  return {
    ResizeCluster: {
      access,
      run: (input, call) => {
        refuseUnsupported(input, 'ReservedNodeId', 'TargetReservedNodeOfferingId');
        return { Cluster: describeCluster(redshift, beginResize(redshift, named(input, call), input)) };
      },
    },
    DescribeResize: { access, run: (input, call) => describeResize(redshift, named(input, call)) },
  };
}
