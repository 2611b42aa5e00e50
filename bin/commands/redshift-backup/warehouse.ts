import type { Target } from '../../../lambda/common/aws/client-factory';
import { RedshiftSnapshots, type SnapshotStore } from '../../../lambda/common/aws/redshift-snapshots';
import { RemoteFunction } from '../../../lambda/common/aws/remote-function';
import { ServerlessSnapshots } from '../../../lambda/common/aws/serverless-snapshots';
import { InvalidInput } from '../../../lambda/common/errors';
import { environmentOf } from '../../../lib/config/deployment';
import { workgroupOf, type RedshiftBackupConfig } from '../../../lib/config/redshift-backup';
import { namesOf, type BackupNames } from '../../../lib/redshift-backup/names';
import type { Operator } from '../../command-line/operator';

/** A warehouse of the deployment, seen from one of its two accounts. */
export interface Warehouse {
  readonly config: RedshiftBackupConfig;
  readonly names: BackupNames;
  readonly sourceAccount: string;
  readonly targetAccount: string;
  /** Where the operator acts. */
  readonly target: Target;
  readonly snapshots: SnapshotStore;
  /** One of its functions in this account, by the name of its operation. */
  remote(operation: string): RemoteFunction;
}

/** The configuration and names of a warehouse. Raises `InvalidInput` naming those that there are. */
export function findWarehouse(operator: Pick<Operator, 'deployment'>, name: string): Pick<Warehouse, 'config' | 'names' | 'sourceAccount' | 'targetAccount'> {
  const deployment = operator.deployment();
  const config = deployment.redshiftBackup.find((candidate) => candidate.name === name);
  if (!config) {
    const known = deployment.redshiftBackup.map((candidate) => candidate.name).join(', ');
    throw new InvalidInput(`deployment ${deployment.name}`, [`warehouse: ${JSON.stringify(name)} is not allowed, expected one of ${known}`]);
  }
  const accountOf = ({ account }: { readonly account: string }) => environmentOf(deployment, { account, region: config.region }).account;
  const accounts = { sourceAccount: accountOf(config.source), targetAccount: accountOf(config.target) };
  return { config, names: namesOf(config, accounts), ...accounts };
}

/** Opens a warehouse with the operator's credentials, which must belong to the account of that side. */
export async function openWarehouse(operator: Operator, name: string, side: 'source' | 'target'): Promise<Warehouse> {
  const found = findWarehouse(operator, name);
  const target = await operator.actIn({ account: found.config[side].account, region: found.config.region });
  return {
    ...found,
    target,
    snapshots: workgroupOf(found.config) === undefined ? RedshiftSnapshots.in(target) : ServerlessSnapshots.in(target, found.config.proof.capacityRpu),
    remote: (operation) => RemoteFunction.in(target, found.names.functionName(operation)),
  };
}
