import { InvalidArgumentError, type Command } from 'commander';
import { InvalidInput } from '../../../lambda/common/errors';
import type { WarehouseSnapshot } from '../../../lambda/common/aws/redshift-snapshots';
import { TAG } from '../../../lambda/redshift-backup/contract';
import type { Operator } from '../../command-line/operator';
import { snapshotIdentifier } from './arguments';
import { openWarehouse, type Warehouse } from './warehouse';

const FOR_EVER = -1;
/** It becomes the value of a tag: https://docs.aws.amazon.com/redshift/latest/mgmt/amazon-redshift-tagging.html */
const REASON = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]{1,256}$/u;

/** `warehouse hold` and `release`: what no retention deletes. */
export function addHoldCommands(warehouse: Command, operator: Operator): void {
  warehouse
    .command('hold')
    .argument('<warehouse>')
    .argument('<snapshot>', 'its name', snapshotIdentifier)
    .description('keeps a snapshot of the source account for ever, whatever the retention says')
    .requiredOption('--reason <text>', 'why, for those who find it later', reason)
    .option('--target', 'a copy that the target account owns instead')
    .action(async (name: string, id: string, { reason: why, target }: { reason: string; target?: boolean }) => {
      const opened = await openWarehouse(operator, name, target ? 'target' : 'source');
      const snapshot = await found(opened, id);
      await opened.snapshots.tag(snapshot.arn, { [TAG.legalHold]: why });
      await opened.snapshots.keepFor(snapshot.identifier, FOR_EVER);
      operator.answer({ snapshot: id, reason: why }, [`${id} stays until it is released: ${why}`]);
    });
  warehouse
    .command('release')
    .argument('<warehouse>')
    .argument('<snapshot>', 'its name', snapshotIdentifier)
    .description('gives a snapshot back to the retention, which may delete it with the next backup')
    .option('--target', 'a copy that the target account owns instead')
    .action(async (name: string, id: string, { target }: { target?: boolean }) => {
      const opened = await openWarehouse(operator, name, target ? 'target' : 'source');
      const snapshot = await found(opened, id);
      await operator.confirm(`${id} was held because of: ${snapshot.tags[TAG.legalHold] ?? 'nothing'}. The retention may delete it after this.`, id);
      await opened.snapshots.untag(snapshot.arn, [TAG.legalHold]);
      operator.answer({ snapshot: id }, [`${id} is released; the next clean-up decides`]);
    });
}

function reason(text: string): string {
  if (!REASON.test(text)) throw new InvalidArgumentError(`reason: ${JSON.stringify(text)} is not allowed, expected up to 256 letters, digits, spaces and _ . : / = + - @`);
  return text;
}

async function found({ snapshots, config }: Warehouse, id: string): Promise<WarehouseSnapshot> {
  const snapshot = await snapshots.find(id);
  if (!snapshot || snapshot.tags[TAG.pipeline] !== config.name) throw new InvalidInput('snapshot', [`${JSON.stringify(id)} is not allowed, expected one that the automation of ${config.name} made`]);
  return snapshot;
}
