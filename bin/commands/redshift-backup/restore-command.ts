import type { Command } from 'commander';
import { InvalidEnvironment, InvalidInput } from '../../../lambda/common/errors';
import { RedshiftClusters, type ClusterRestore, type RestoreBeginning, type WarehouseCluster } from '../../../lambda/common/aws/redshift-clusters';
import { ServerlessWarehouses } from '../../../lambda/common/aws/serverless-warehouses';
import { ENV, TAG } from '../../../lambda/redshift-backup/contract';
import { workgroupOf } from '../../../lib/config/redshift-backup';
import type { Operator } from '../../command-line/operator';
import { clusterIdentifier, nodes, nodeType, securityGroupId, snapshotIdentifier } from './arguments';
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
    .command('restore')
    .argument('<warehouse>')
    .argument('<snapshot>', 'its name', snapshotIdentifier)
    .description('restores a shared snapshot or an own copy in the target account under its key; again, it goes on watching')
    .option('--cluster <identifier>', 'a name for it other than the configured one', clusterIdentifier)
    .option('--security-group <id>', 'who may connect; by default nobody', securityGroupId)
    .option('--node-type <type>', 'other nodes than the snapshot’s', nodeType)
    .option('--nodes <number>', 'how many', nodes)
    .action(async (name: string, id: string, options: RestoreOptions) => restore(await openWarehouse(operator, name, 'target'), id, options, operator));
}

async function restore(warehouse: Warehouse, id: string, options: RestoreOptions, operator: Operator): Promise<void> {
  const { config, snapshots, sourceAccount, targetAccount } = warehouse;
  const clusterIdentifier = options.cluster ?? config.names.restoredCluster;
  const snapshot = (await snapshots.find(id)) ?? (await snapshots.find(id, sourceAccount));
  if (!snapshot) throw new InvalidInput('restore', [`snapshot: ${JSON.stringify(id)} is not allowed, this account has none of that name and ${sourceAccount} shares none`]);
  const { find, begin } = restorer(warehouse, options, await warehouse.remote('restore-cluster').environment());
  const request = {
    clusterIdentifier,
    snapshotIdentifier: id,
    ownerAccount: snapshot.ownerAccount === targetAccount ? targetAccount : sourceAccount,
    nodeType: options.nodeType ?? snapshot.nodeType,
    numberOfNodes: options.nodes ?? snapshot.numberOfNodes,
  };
  const beginning = await untilDone(operator, async () => {
    const outcome = await begin(request);
    return { state: outcome === 'exists' ? `cluster ${clusterIdentifier} is there already: watching it` : outcome === 'preparing' ? `${clusterIdentifier} is being made` : `${clusterIdentifier} is being restored from ${id}`, ...(outcome !== 'preparing' && { done: outcome }) };
  });
  const cluster = await untilDone(operator, async () => {
    const found = await find(clusterIdentifier);
    if (!found) throw new InvalidInput('restore', [`cluster ${clusterIdentifier} is gone`]);
    const isLoaded = found.status === 'available' && (found.restoreStatus ?? 'completed') === 'completed';
    return { state: `${clusterIdentifier}: ${found.status}, data ${found.restoreStatus ?? 'loaded'}`, ...(isLoaded && { done: found }) };
  });
  const closed = options.securityGroup || beginning === 'exists' ? [] : ['Nobody can connect yet: give it the security group of its clients.'];
  operator.answer(cluster, [`${clusterIdentifier} is available with all of its data.`, ...closed, `Its administrator's password: secret redshift!${clusterIdentifier}-...`]);
}

interface Restorer {
  readonly find: (identifier: string) => Promise<WarehouseCluster | undefined>;
  readonly begin: (request: ClusterRestore) => Promise<RestoreBeginning>;
}

/** Restores where the stack of the target says. */
function restorer({ config, target }: Warehouse, { securityGroup }: RestoreOptions, deployed: Readonly<Record<string, string>>): Restorer {
  const setting = (variable: string): string => {
    const value = deployed[variable];
    if (value === undefined) throw new InvalidEnvironment(`the target stack of ${config.name} was deployed without ${variable}: deploy it again`);
    return value;
  };
  const where = { kmsKeyArn: setting(ENV.TARGET_KEY_ARN), securityGroupId: securityGroup ?? setting(ENV.SECURITY_GROUP) };
  if (workgroupOf(config) === undefined) {
    const clusters = RedshiftClusters.in(target);
    return { find: (identifier) => clusters.find(identifier), begin: (request) => clusters.restore({ ...request, ...where, subnetGroup: setting(ENV.SUBNET_GROUP) }) };
  }
  const namespaces = ServerlessWarehouses.in(target);
  return {
    find: (identifier) => namespaces.find(identifier),
    begin: (request) => namespaces.restore({ ...request, ...where, subnetIds: setting(ENV.SUBNET_IDS).split(','), tags: { [TAG.restoreOf]: request.snapshotIdentifier }, begunTag: TAG.restoreBegun }),
  };
}
