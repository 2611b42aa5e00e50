import type { Command } from 'commander';
import { RedshiftSnapshots, type SnapshotBeginning, type SnapshotRequest } from '../../../lambda/common/aws/redshift-snapshots';
import { ServerlessSnapshots } from '../../../lambda/common/aws/serverless-snapshots';
import { InvalidInput } from '../../../lambda/common/errors';
import { TAG } from '../../../lambda/redshift-backup/contract';
import { workgroupOf } from '../../../lib/config/redshift-backup';
import { table } from '../../command-line/table';
import type { Operator } from '../../command-line/operator';
import { mustBeOf } from './must-be-of';
import { untilDone } from './until-done';
import { openWarehouse, type Warehouse } from './warehouse';

/** What Redshift keeps by itself for a while: an automated snapshot of a cluster, a recovery point of Serverless. */
interface KeptByRedshift {
  readonly id: string;
  readonly createdAt: Date;
}

interface Promotable {
  readonly list: () => Promise<readonly KeptByRedshift[]>;
  readonly promote: (id: string, request: Omit<SnapshotRequest, 'clusterIdentifier'>) => Promise<SnapshotBeginning>;
}

/** `warehouse automated` and `promote`: what Redshift keeps by itself becomes a backup like the others. */
export function addPromoteCommands(warehouse: Command, operator: Operator): void {
  warehouse
    .command('automated <warehouse>')
    .description('lists what Redshift keeps by itself in the source account: automated snapshots, or recovery points of Serverless')
    .action(async (name: string) => {
      const kept = await promotable(await openWarehouse(operator, name, 'source')).list();
      operator.answer(kept, table(['id', 'created'], kept.map(({ id, createdAt }) => [id, createdAt.toISOString()])));
    });
  warehouse
    .command('promote <warehouse> <id>')
    .description('makes one of them a manual snapshot of the automation and shares it: it can be restored, but was read by no manifest, so it is never proven; again, it goes on')
    .action(async (name: string, id: string) => promote(await openWarehouse(operator, name, 'source'), id, operator));
}

async function promote(warehouse: Warehouse, id: string, operator: Operator): Promise<void> {
  const { config, snapshots, targetAccount } = warehouse;
  const { list, promote: begin } = promotable(warehouse);
  const kept = await list();
  const chosen = kept.find((each) => each.id === id);
  if (!chosen) throw new InvalidInput('promote', [`id: ${JSON.stringify(id)} is not allowed, expected one of ${kept.map((each) => each.id).join(', ') || 'those that Redshift keeps, of which there are none'}`]);
  const [day = '', time = ''] = chosen.createdAt.toISOString().split('T');
  // Named after its moment, as the others: the retention then knows it for what it is.
  const identifier = `${config.names.snapshotPrefix}-${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
  const tags = { [TAG.pipeline]: config.name, [TAG.operation]: identifier, [TAG.promotedFrom]: id };
  const beginning = await begin(id, { identifier, retentionDays: config.retention.days + config.graceDays, tags });
  if (beginning === 'busy' || beginning === 'full') throw new InvalidInput('promote', [beginning === 'busy' ? `${id} cannot be copied now` : 'the quota of manual snapshots is used up']);
  if (beginning === 'exists') mustBeOf(await snapshots.find(identifier), identifier, TAG.promotedFrom, id);
  await untilDone(operator, async () => {
    const found = await snapshots.find(identifier);
    return { state: `${identifier}: ${found?.status ?? 'not there'}`, ...(found?.status === 'available' && { done: true }) };
  });
  await snapshots.share(identifier, targetAccount);
  operator.answer({ snapshot: identifier, of: id }, [identifier]);
}

function promotable({ config, target }: Warehouse): Promotable {
  const { clusterIdentifier } = config.source;
  if (workgroupOf(config) === undefined) {
    const snapshots = RedshiftSnapshots.in(target);
    return {
      list: async () => (await snapshots.listAutomated(clusterIdentifier)).filter(({ status }) => status === 'available').map(({ identifier, createdAt }) => ({ id: identifier, createdAt })),
      promote: (id, request) => snapshots.promote(id, request),
    };
  }
  const snapshots = ServerlessSnapshots.in(target, config.proof.capacityRpu);
  return { list: () => snapshots.recoveryPoints(clusterIdentifier), promote: (id, request) => snapshots.promote(id, request) };
}
