import type { WarehouseSnapshot } from '../../../lambda/common/aws/redshift-snapshots';
import { InvalidInput } from '../../../lambda/common/errors';

/** Makes sure that a snapshot which is there already was begun by the same command, which a tag says. Raises `InvalidInput` when it is somebody else's. */
export function mustBeOf(existing: WarehouseSnapshot | undefined, identifier: string, tag: string, value: string): void {
  if (existing?.tags[tag] === value) return;
  throw new InvalidInput('snapshot', [`snapshot: ${JSON.stringify(identifier)} is there already and was not made by this command, expected its tag ${tag} to be ${JSON.stringify(value)}`]);
}
