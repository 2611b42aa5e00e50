import { Option, type Command } from 'commander';
import { InvalidEnvironment, InvalidInput } from '../../../lambda/common/errors';
import { ENV } from '../../../lambda/redshift-backup/contract';
import type { Operator } from '../../command-line/operator';
import { identifier } from './snapshot-commands';
import { untilDone } from './until-done';
import { openWarehouse, type Warehouse } from './warehouse';

interface RestoreOptions {
  readonly cluster?: string;
  readonly securityGroup?: string;
  readonly nodeType?: string;
  readonly nodes?: number;
}

/** `warehouse restore`: a shared snapshot or an own copy becomes a cluster of the target account that people use. */
export function addRestoreCommand(warehouse: Command, operator: Operator): void {
  warehouse
    .command('restore <warehouse> <snapshot>')
    .description('restores a shared snapshot or an own copy in the target account under its key; again, it goes on watching')
    .option('--cluster <identifier>', 'a name for it other than the configured one')
    .option('--security-group <id>', 'who may connect; by default nobody')
    .option('--node-type <type>', 'other nodes than the snapshot’s')
    .addOption(new Option('--nodes <number>', 'how many').argParser(Number))
    .action(async (name: string, id: string, options: RestoreOptions) => restore(await openWarehouse(operator, name, 'target'), identifier(id), options, operator));
}

async function restore(warehouse: Warehouse, id: string, options: RestoreOptions, operator: Operator): Promise<void> {
  const { config, snapshots, clusters, sourceAccount, targetAccount } = warehouse;
  const clusterIdentifier = options.cluster ?? config.names.restoredCluster;
  const snapshot = (await snapshots.find(id)) ?? (await snapshots.find(id, sourceAccount));
  if (!snapshot) throw new InvalidInput('restore', [`snapshot: ${JSON.stringify(id)} is not allowed, this account has none of that name and ${sourceAccount} shares none`]);
  const deployed = await warehouse.remote('restore-cluster').environment();
  const setting = (variable: string): string => {
    const value = deployed[variable];
    if (value === undefined) throw new InvalidEnvironment(`the target stack of ${config.name} was deployed without ${variable}: deploy it again`);
    return value;
  };
  const begun = await clusters.restore({
    clusterIdentifier,
    snapshotIdentifier: id,
    ownerAccount: snapshot.ownerAccount === targetAccount ? targetAccount : sourceAccount,
    kmsKeyArn: setting(ENV.TARGET_KEY_ARN),
    subnetGroup: setting(ENV.SUBNET_GROUP),
    securityGroupId: options.securityGroup ?? setting(ENV.SECURITY_GROUP),
    nodeType: options.nodeType ?? snapshot.nodeType,
    numberOfNodes: options.nodes ?? snapshot.numberOfNodes,
  });
  operator.tell(begun ? `${clusterIdentifier} is being restored from ${id}` : `cluster ${clusterIdentifier} is there already: watching it`);
  const cluster = await untilDone(operator, async () => {
    const found = await clusters.find(clusterIdentifier);
    if (!found) throw new InvalidInput('restore', [`cluster ${clusterIdentifier} is gone`]);
    const isLoaded = found.status === 'available' && (found.restoreStatus ?? 'completed') === 'completed';
    return { state: `${clusterIdentifier}: ${found.status}, data ${found.restoreStatus ?? 'loaded'}`, ...(isLoaded && { done: found }) };
  });
  const closed = options.securityGroup ? [] : ['Nobody can connect yet: give it the security group of its clients.'];
  operator.answer(cluster, [`${clusterIdentifier} is available with all of its data.`, ...closed, `Its administrator's password: secret redshift!${clusterIdentifier}-...`]);
}
