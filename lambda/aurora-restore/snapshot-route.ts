import type { ClusterSnapshot } from '../common/aws/cluster-snapshots';
import { SnapshotNotShareable, type Hop } from './contract';

/** Where a snapshot is and where it has to go. */
export interface Route {
  readonly operationId: string;
  readonly snapshot: Pick<ClusterSnapshot, 'arn' | 'identifier' | 'type' | 'encryption' | 'kmsKeyArn'>;
  readonly source: { readonly account: string; readonly region: string; readonly keyArn: string | undefined };
  readonly target: { readonly account: string; readonly region: string; readonly keyArn: string };
  /** AWS copies across account and region in one step since September 2025; where it refuses, two steps lead there. */
  readonly steps: 'one' | 'two';
}

/**
 * Plans how the snapshot gets to where it can be restored, in as few copies as AWS needs.
 *
 * An automated snapshot or one under the key `aws/rds` cannot be shared, so it is first copied at the source under
 * the source's customer key. What goes to another account or region is copied there under the target's key.
 */
export function planHops(route: Route): { readonly hops: readonly Hop[]; readonly restorableArn: string } {
  const { operationId, snapshot, source, target } = route;
  const foreign = source.account !== target.account;
  const hops: Hop[] = [];
  let { arn } = snapshot;
  if (foreign && !canBeShared(route)) {
    if (!source.keyArn) {
      throw new SnapshotNotShareable(`snapshot ${snapshot.identifier} is ${describe(route)} and the pipeline names no customer key of the source to copy it under`);
    }
    const identifier = `${operationId}-share`;
    hops.push({ kind: 'copy-at-source', snapshotIdentifier: identifier, region: source.region, kmsKeyArn: snapshot.encryption === 'none' ? null : source.keyArn, sourceArn: arn });
    arn = snapshotArn(source.region, source.account, identifier);
  }
  if (foreign) hops.push({ kind: 'share', snapshotIdentifier: identifierOf(arn), region: source.region, account: target.account });
  if (foreign && source.region !== target.region && route.steps === 'two') {
    const identifier = `${operationId}-via`;
    // The first of two steps stays in the source's region, where only a key of that region fits: AWS's own for RDS.
    hops.push({ kind: 'copy-to-target', snapshotIdentifier: identifier, region: source.region, kmsKeyArn: snapshot.encryption === 'none' ? null : 'alias/aws/rds', sourceArn: arn });
    arn = snapshotArn(source.region, target.account, identifier);
  }
  if (foreign || source.region !== target.region) {
    const identifier = `${operationId}-copy`;
    hops.push({ kind: 'copy-to-target', snapshotIdentifier: identifier, region: target.region, kmsKeyArn: snapshot.encryption === 'none' ? null : target.keyArn, sourceArn: arn });
    arn = snapshotArn(target.region, target.account, identifier);
  }
  return { hops, restorableArn: arn };
}

function canBeShared({ snapshot, source }: Route): boolean {
  if (snapshot.type !== 'manual') return false;
  return snapshot.encryption === 'none' || (snapshot.encryption === 'sse-kms' && snapshot.kmsKeyArn === source.keyArn);
}

function describe({ snapshot }: Route): string {
  if (snapshot.type !== 'manual') return 'automated, which AWS does not let anybody share,';
  return snapshot.encryption === 'sse-rds' ? 'encrypted by RDS itself' : `under the key ${snapshot.kmsKeyArn ?? 'of AWS'}, which is not the one that may be shared,`;
}

function snapshotArn(region: string, account: string, identifier: string): string {
  return `arn:aws:rds:${region}:${account}:cluster-snapshot:${identifier}`;
}

function identifierOf(arn: string): string {
  return arn.split(':').slice(6).join(':');
}
