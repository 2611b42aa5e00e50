import type { ResizeClusterMessage, ResizeProgressMessage } from '@aws-sdk/client-redshift';
import { AwsError } from '../../gateway/aws-error';
import { checkMayBegin } from './cluster-passages';
import { CLUSTER_LIFE_CYCLE } from './life-cycle/cluster-life-cycle';
import { classicResizeMs } from './life-cycle/snapshot-life-cycle';
import { checkNodes } from './new-cluster';
import { checkNodeType, checkNumberOfNodes } from './node-types';
import type { RedshiftContext } from './redshift-context';
import type { RedshiftCluster, ResizeProgress } from './state/cluster';

type ResizeRequest = Pick<ResizeClusterMessage, 'NodeType' | 'NumberOfNodes' | 'ClusterType' | 'Classic'>;

/** Begins to give a cluster other nodes; it is resizing until then, and no snapshot can be taken of it. */
export function beginResize(redshift: RedshiftContext, cluster: RedshiftCluster, request: ResizeRequest): RedshiftCluster {
  const { traits } = cluster;
  checkMayBegin(cluster, CLUSTER_LIFE_CYCLE.resize, 'resize the cluster');
  const nodeType = checkNodeType(request.NodeType ?? traits.nodeType);
  const numberOfNodes = checkNumberOfNodes(nodeType, { ClusterType: request.ClusterType, NumberOfNodes: request.NumberOfNodes ?? traits.numberOfNodes });
  checkNodes(redshift, cluster.place, numberOfNodes, traits.numberOfNodes);
  const startedMs = redshift.cloud.clock.nowMs();
  const durationMs = CLUSTER_LIFE_CYCLE.resize.minutes * 60_000 + (request.Classic ? classicResizeMs(traits.sizeMb) : 0);
  const resize: ResizeProgress = { kind: request.Classic ? 'ClassicResize' : 'ElasticResize', nodeType, numberOfNodes, startedMs, endsMs: startedMs + durationMs, status: 'IN_PROGRESS' };
  cluster.resize = resize;
  redshift.notices.give(cluster, 'resizeStarted');
  redshift.passages.begin(cluster, CLUSTER_LIFE_CYCLE.resize, {
    durationMs,
    arrive: () => {
      traits.nodeType = nodeType;
      traits.numberOfNodes = numberOfNodes;
      resize.status = 'SUCCEEDED';
    },
    then: () => redshift.notices.give(cluster, 'resized'),
  });
  return cluster;
}

/** How far the resize is, or how the last one went. */
export function describeResize({ cloud }: RedshiftContext, { identifier, resize, traits }: RedshiftCluster): ResizeProgressMessage {
  if (!resize) throw new AwsError('ResizeNotFoundFault', `A resize operation for the cluster ${identifier} cannot be found.`);
  const nowMs = cloud.clock.nowMs();
  const share = resize.status === 'SUCCEEDED' ? 1 : Math.min(0.99, (nowMs - resize.startedMs) / Math.max(1, resize.endsMs - resize.startedMs));
  return {
    TargetNodeType: resize.nodeType,
    TargetNumberOfNodes: resize.numberOfNodes,
    TargetClusterType: resize.numberOfNodes > 1 ? 'multi-node' : 'single-node',
    TargetEncryptionType: 'KMS',
    Status: resize.status,
    ResizeType: resize.kind,
    ImportTablesCompleted: [],
    ImportTablesInProgress: [],
    ImportTablesNotStarted: [],
    TotalResizeDataInMegaBytes: Math.round(traits.sizeMb),
    ProgressInMegaBytes: Math.round(traits.sizeMb * share),
    ElapsedTimeInSeconds: Math.round((Math.min(nowMs, resize.endsMs) - resize.startedMs) / 1000),
    EstimatedTimeToCompletionInSeconds: share === 1 ? 0 : Math.ceil((resize.endsMs - nowMs) / 1000),
    DataTransferProgressPercent: Math.round(share * 100),
  };
}
