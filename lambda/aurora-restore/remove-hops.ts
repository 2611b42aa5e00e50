import type { ClusterSnapshots } from '../common/aws/cluster-snapshots';
import { TAG, type Hop } from './contract';

export interface HopPorts {
  readonly sourceSnapshots: Pick<ClusterSnapshots, 'find' | 'delete' | 'unshare'>;
  readonly targetSnapshots: (region: string) => Pick<ClusterSnapshots, 'find' | 'delete'>;
}

/**
 * Undoes hops that this operation took, the last first: a copy that carries its tag is deleted, a share is taken back.
 * What is gone already or belongs to somebody else is left alone. Answers with the names of what it removed.
 */
export async function removeHops(hops: readonly Hop[], operationId: string, ports: HopPorts): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const hop of [...hops].reverse()) {
    const name = hop.snapshotIdentifier;
    if (hop.kind === 'share') {
      if (!(await ports.sourceSnapshots.find(name))) continue;
      await ports.sourceSnapshots.unshare(name, hop.account);
      removed.push(`share of ${name} with ${hop.account}`);
      continue;
    }
    const snapshots = hop.kind === 'copy-at-source' ? ports.sourceSnapshots : ports.targetSnapshots(hop.region);
    const copy = await snapshots.find(name);
    if (copy?.tags[TAG.operation] === operationId && (await snapshots.delete(name))) removed.push(`snapshot ${name} (${hop.region})`);
  }
  return removed;
}
