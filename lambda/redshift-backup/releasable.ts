import type { SnapshotStore, WarehouseSnapshot } from '../common/aws/redshift-snapshots';
import { ReleaseRefused, TAG } from './contract';

/** The own copy of that name, if people may release it. Raises `ReleaseRefused` for what is no copy of the pipeline and for what is on hold. */
export async function releasable(identifier: string, pipeline: string, snapshots: Pick<SnapshotStore, 'find'>): Promise<WarehouseSnapshot> {
  const snapshot = await snapshots.find(identifier);
  if (snapshot?.tags[TAG.pipeline] !== pipeline || snapshot.tags[TAG.copyOf] === undefined) throw new ReleaseRefused(`${identifier} is no copy that ${pipeline} owns`, { identifier });
  const held = snapshot.tags[TAG.legalHold];
  if (held !== undefined) throw new ReleaseRefused(`${identifier} is on hold: ${held}`, { identifier });
  return snapshot;
}
