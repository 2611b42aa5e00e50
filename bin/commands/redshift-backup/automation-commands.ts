import type { Command } from 'commander';
import type { BackupEvent, BackupResponse } from '../../../lambda/redshift-backup/contract';
import type { Operator } from '../../command-line/operator';
import { Executions } from '../../../lambda/common/aws/executions';
import { retentionDays, slot, snapshotIdentifier } from './arguments';
import { RunFailed } from './run-failed';
import { untilDone } from './until-done';
import { openWarehouse, type Warehouse } from './warehouse';

interface BackupOptions {
  readonly retentionDays?: number;
  readonly slot?: string;
  readonly watch?: boolean;
}

/** The commands that make the automation run, and ask what it has come to. */
export function addAutomationCommands(warehouse: Command, operator: Operator): void {
  warehouse
    .command('backup <warehouse>')
    .description('starts a backup as the schedule would: manifest, snapshot, share, clean-up')
    .option('--retention-days <number>', 'days to keep it, instead of the policy', retentionDays)
    .option('--slot <time>', 'the slot of the schedule that was missed, ISO 8601', slot)
    .option('--watch', 'wait until it ends')
    .action(async (name: string, options: BackupOptions) => backup(await openWarehouse(operator, name, 'source'), options, operator));
  warehouse
    .command('prove <warehouse>')
    .description('restores and proves a shared snapshot in the target account, and keeps a copy of it')
    .option('--snapshot <identifier>', 'a certain snapshot instead of the newest', snapshotIdentifier)
    .option('--watch', 'wait until it ends')
    .action(async (name: string, options: { snapshot?: string; watch?: boolean }) => prove(await openWarehouse(operator, name, 'target'), options, operator));
  warehouse
    .command('freshness <warehouse>')
    .description('measures how old the data is that the target account could restore now')
    .action(async (name: string) => {
      const freshness = await (await openWarehouse(operator, name, 'target')).remote('measure-freshness').call<Readonly<Record<string, unknown>>>({});
      operator.answer(freshness, Object.entries(freshness).map(([what, value]) => `${what}: ${Array.isArray(value) ? value.join('; ') || 'none' : String(value)}`));
    });
}

async function backup(warehouse: Warehouse, { retentionDays: keptDays, slot: missed, watch }: BackupOptions, operator: Operator): Promise<void> {
  const event: BackupEvent = keptDays === undefined ? {} : { retention_days: keptDays };
  const response = await warehouse.remote('request-backup').call<BackupResponse>(missed === undefined ? event : { ...event, scheduledTime: missed });
  operator.tell(`${response.snapshot_id}: ${response.status}`);
  if (watch) await ended(warehouse, response.execution_arn, operator);
  operator.answer(response, [response.snapshot_id]);
}

async function prove(warehouse: Warehouse, { snapshot, watch }: { readonly snapshot?: string; readonly watch?: boolean }, operator: Operator): Promise<void> {
  const response = await warehouse.remote('request-proof').call<{ executionArn: string }>(snapshot === undefined ? {} : { snapshot_identifier: snapshot });
  const output = watch ? await ended(warehouse, response.executionArn, operator) : undefined;
  const { recorded } = (output ?? {}) as { readonly recorded?: { readonly summary: string } };
  operator.answer({ ...response, ...recorded }, [recorded?.summary ?? (watch ? 'The newest snapshot is proven already.' : response.executionArn)]);
}

/** Waits for the end of an execution; raises `RunFailed` unless it succeeded. */
async function ended({ config }: Warehouse, executionArn: string, operator: Operator): Promise<unknown> {
  const [stateMachineArn, name = ''] = [executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]+$/, ''), executionArn.split(':').pop()];
  const executions = Executions.in({ region: config.region }, stateMachineArn);
  const execution = await untilDone(operator, async () => {
    const found = await executions.find(name);
    const state = found?.status ?? 'not there';
    return { state: `${name}: ${state}`, ...(found && state !== 'RUNNING' && { done: found }) };
  });
  if (execution.status !== 'SUCCEEDED') throw new RunFailed(`${name} ended as ${execution.status}: ${execution.error ?? 'no error'} ${execution.cause ?? ''}`.trim());
  return execution.output;
}
