import { AwsError } from '../../gateway/aws-error';
import { invalidCombination, invalidValue } from '../rds/request-errors';

interface NodeType {
  /** How many nodes a cluster of it may have, besides the quota. https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-clusters.html#rs-about-clusters-and-nodes */
  readonly fewest: number;
  readonly most: number;
  /** What a node can hold. */
  readonly storageMb: number;
}

const TB = 1024 * 1024;

const NODE_TYPES: Readonly<Record<string, NodeType>> = {
  'ra3.large': { fewest: 1, most: 16, storageMb: 8 * TB },
  'ra3.xlplus': { fewest: 1, most: 32, storageMb: 32 * TB },
  'ra3.4xlarge': { fewest: 2, most: 128, storageMb: 128 * TB },
  'ra3.16xlarge': { fewest: 2, most: 128, storageMb: 128 * TB },
  'rg.large': { fewest: 1, most: 16, storageMb: 8 * TB },
  'rg.xlarge': { fewest: 1, most: 32, storageMb: 32 * TB },
  'rg.4xlarge': { fewest: 2, most: 128, storageMb: 128 * TB },
  'rg.12xlarge': { fewest: 2, most: 128, storageMb: 128 * TB },
  'dc2.large': { fewest: 1, most: 32, storageMb: 160 * 1024 },
  'dc2.8xlarge': { fewest: 2, most: 128, storageMb: 2.56 * TB },
};

/** Whether nodes of this type keep their data in managed storage: their automated snapshots cannot be switched off. */
export function hasManagedStorage(nodeType: string): boolean {
  return !nodeType.startsWith('dc2.');
}

export function storageMbOf(nodeType: string, numberOfNodes: number): number {
  return (NODE_TYPES[nodeType]?.storageMb ?? 0) * numberOfNodes;
}

/** All types that snapshots of clusters with managed storage can be restored to; those of DC2 only go to their own kind. */
export function restorableTypes(nodeType: string): readonly string[] {
  return Object.keys(NODE_TYPES).filter((other) => (hasManagedStorage(nodeType) ? hasManagedStorage(other) : other === nodeType || hasManagedStorage(other)));
}

/** The node type, if Redshift has it. */
export function checkNodeType(nodeType: string): string {
  if (!(nodeType in NODE_TYPES)) throw invalidValue(`Invalid node type: ${nodeType}`);
  return nodeType;
}

/** What a request says about the size of a cluster. */
export interface RequestedSize {
  readonly ClusterType?: string | undefined;
  readonly NumberOfNodes?: number | undefined;
}

/** The number of nodes that a request asks for; fails where the type does not allow it. */
export function checkNumberOfNodes(nodeType: string, { ClusterType, NumberOfNodes }: RequestedSize, fallback = 1): number {
  const number = NumberOfNodes ?? fallback;
  if (ClusterType === 'multi-node' && NumberOfNodes === undefined) throw invalidCombination('Number of nodes for cluster type multi-node must be specified.');
  if (ClusterType === 'multi-node' && number < 2) throw invalidCombination('Number of nodes for cluster type multi-node must be greater than or equal to 2');
  if (ClusterType === 'single-node' && number !== 1) throw invalidCombination('Number of nodes for cluster type single-node must be 1.');
  const { fewest, most } = NODE_TYPES[checkNodeType(nodeType)] ?? { fewest: 1, most: 1 };
  if (number < fewest) throw invalidCombination(`A cluster of the node type ${nodeType} needs at least ${fewest} nodes.`);
  if (number > most) throw new AwsError('NumberOfNodesPerClusterLimitExceededFault', `A cluster of the node type ${nodeType} can have at most ${most} nodes.`);
  return number;
}
