import type { Command } from 'commander';
import type { Operator } from '../../command-line/operator';
import { snapshotIdentifier } from './arguments';
import { openWarehouse } from './warehouse';

/** `warehouse release-request` and `release-approve`: an own copy goes before its time, when two people want it. */
export function addReleaseCommands(warehouse: Command, operator: Operator): void {
  warehouse
    .command('release-request')
    .argument('<warehouse>')
    .argument('<copy>', 'its name', snapshotIdentifier)
    .description('the first of two people asks to delete a copy that the target account owns; with the profile of the requesters’ role')
    .requiredOption('--reason <text>', 'why, for those who find it later')
    .action(async (name: string, copy: string, { reason }: { reason: string }) => {
      const opened = await openWarehouse(operator, name, 'target');
      const request = await opened.remote('request-release').call<{ token: string; expiresAt: string }>({ snapshot_identifier: copy, reason });
      operator.answer(request, [request.token, `Nothing is deleted yet: another person approves it until ${request.expiresAt}, with this token.`]);
    });
  warehouse
    .command('release-approve')
    .argument('<warehouse>')
    .argument('<copy>', 'its name', snapshotIdentifier)
    .argument('<token>')
    .description('the second of two people has it deleted; with the profile of the approvers’ role')
    .action(async (name: string, copy: string, token: string) => {
      const opened = await openWarehouse(operator, name, 'target');
      await operator.confirm(`${copy} may be the last proven copy, and is deleted for good.`, copy);
      const released = await opened.remote('approve-release').call<{ deleted: string; reason: string }>({ snapshot_identifier: copy, token });
      operator.answer(released, [`${released.deleted} is deleted: ${released.reason}`]);
    });
}
