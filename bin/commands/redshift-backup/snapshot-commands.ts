import type { Command } from 'commander';
import type { WarehouseSnapshot } from '../../../lambda/common/aws/redshift-snapshots';
import { InvalidInput } from '../../../lambda/common/errors';
import { TAG } from '../../../lambda/redshift-backup/contract';
import { table } from '../../command-line/table';
import type { Operator } from '../../command-line/operator';
import { days, snapshotIdentifier } from './arguments';
import { mustBeOf } from './must-be-of';
import { untilDone } from './until-done';
import { openWarehouse, type Warehouse } from './warehouse';

const DEFAULT_DAYS = 30;

/** The commands of the approach by hand: make a snapshot, wait for it, share it, and see what is shared. Each can be given again. */
export function addSnapshotCommands(warehouse: Command, operator: Operator): void {
  warehouse
    .command('snapshot <warehouse>')
    .description('makes a manual snapshot in the source account and waits until it is available; with --snapshot, the same again goes on waiting')
    .option('--snapshot <identifier>', 'its name; by default manual-<time>, another each time', snapshotIdentifier)
    .option('--days <number>', 'how long Redshift keeps it', days, DEFAULT_DAYS)
    .action(async (name: string, options: { snapshot?: string; days: number }) => snapshot(await openWarehouse(operator, name, 'source'), options, operator));
  warehouse
    .command('share')
    .argument('<warehouse>')
    .argument('<snapshot>', 'its name', snapshotIdentifier)
    .description('lets the target account restore a snapshot of the source account')
    .action(async (name: string, id: string) => share(await openWarehouse(operator, name, 'source'), id, operator));
  warehouse
    .command('revoke')
    .argument('<warehouse>')
    .argument('<snapshot>', 'its name', snapshotIdentifier)
    .description('takes that away again')
    .action(async (name: string, id: string) => revoke(await openWarehouse(operator, name, 'source'), id, operator));
  warehouse
    .command('snapshots <warehouse>')
    .description('lists what the target account could restore: shared snapshots and its own copies')
    .action(async (name: string) => list(await openWarehouse(operator, name, 'target'), operator));
}

async function snapshot({ config, snapshots }: Warehouse, options: { readonly snapshot?: string; readonly days: number }, operator: Operator): Promise<void> {
  const id = options.snapshot ?? `manual-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-').toLowerCase()}`;
  const { clusterIdentifier } = config.source;
  const beginning = await snapshots.create({ identifier: id, clusterIdentifier, retentionDays: options.days, tags: { [TAG.operation]: id } });
  if (beginning === 'busy' || beginning === 'full') {
    const why = beginning === 'busy' ? `cluster ${clusterIdentifier} is not available: try again when its change is over` : 'the quota of manual snapshots is used up: delete one, or have the quota raised';
    throw new InvalidInput('snapshot', [why]);
  }
  if (beginning === 'exists') {
    mustBeOf(await snapshots.find(id), id, TAG.operation, id);
    operator.tell(`${id} has been begun before`);
  }
  const finished = await untilDone<WarehouseSnapshot>(operator, async () => {
    const found = await snapshots.find(id);
    if (!found || found.clusterIdentifier !== clusterIdentifier || found.status === 'failed') throw new InvalidInput('snapshot', [`${id} is ${found?.status ?? 'gone'}${found ? ` and of cluster ${found.clusterIdentifier}` : ''}`]);
    return { state: `${id}: ${found.status}`, ...(found.status === 'available' && { done: found }) };
  });
  operator.answer({ snapshot: finished.identifier, arn: finished.arn }, [finished.identifier]);
}

async function share({ config, snapshots, targetAccount }: Warehouse, id: string, operator: Operator): Promise<void> {
  const outcome = await snapshots.share(id, targetAccount);
  if (outcome === 'full' || outcome === 'refused' || outcome === 'gone') {
    const why = { full: 'it or its key is shared with as many accounts as AWS allows', refused: 'it is not available yet, or not a manual snapshot', gone: 'it does not exist' }[outcome];
    throw new InvalidInput('share', [`snapshot: ${JSON.stringify(id)}: ${why}`]);
  }
  operator.answer({ snapshot: id, account: targetAccount, outcome }, [`${id} may be restored by ${config.target.account} (${targetAccount})`]);
}

async function revoke({ config, snapshots, targetAccount }: Warehouse, id: string, operator: Operator): Promise<void> {
  await operator.confirm(`${config.target.account} (${targetAccount}) will not be able to restore ${id} any more.`, id);
  await snapshots.revoke(id, targetAccount);
  operator.answer({ snapshot: id, account: targetAccount }, [`${id} may not be restored by ${config.target.account} any more`]);
}

async function list({ snapshots, sourceAccount }: Warehouse, operator: Operator): Promise<void> {
  const shared = await snapshots.listShared(sourceAccount);
  const own = await snapshots.listOwn();
  const all = [...shared, ...own].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const row = ({ identifier: id, ownerAccount, status, createdAt, nodeType, numberOfNodes, tags }: WarehouseSnapshot) => [
    id,
    ownerAccount === sourceAccount ? 'shared by the source' : tags[TAG.copyOf] ? 'own, proven' : 'own',
    status,
    createdAt.toISOString(),
    `${numberOfNodes} x ${nodeType}`,
  ];
  operator.answer(all, table(['snapshot', 'whose', 'status', 'created', 'of'], all.map(row)));
}
