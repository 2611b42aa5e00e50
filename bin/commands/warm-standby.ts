import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { ApprovalAnswer, FailoverRequest, NamedLoss } from '../../lambda/warm-standby/contract';
import { createMultiRegionKey } from '../../lambda/common/aws/multi-region-key';
import { InvalidInput } from '../../lambda/common/errors';
import type { Operator } from '../command-line/operator';
import { table } from '../command-line/table';
import { openRegion, openSystem } from './warm-standby/system';

/** `holdfast standby ...`: making a region the active one, and what comes before and after. */
export function addWarmStandbyCommands(program: Command, operator: Operator): void {
  const standby = program.command('standby').description('Warm standbys: prepare, fail over, approve, go back');
  addSetUpCommands(standby, operator);
  addFailoverCommands(standby, operator);
  addReturnCommands(standby, operator);
}

function addSetUpCommands(standby: Command, operator: Operator): void {
  standby
    .command('create-key <system>')
    .description('makes the multi-region key of the data, whose id goes into the configuration')
    .action(async (name: string) => {
      const { config, places } = openSystem(operator, name);
      const id = await createMultiRegionKey(await operator.actIn(places.primary), config.standby.region, `Data of ${name}`);
      operator.answer({ dataKeyId: id }, [`dataKeyId: '${id}'`]);
    });
  standby
    .command('prepare <system>')
    .description("makes the primary's database ready and the primary the active region; safe to repeat")
    .action(async (name: string) => {
      const region = await openRegion(operator, name, undefined);
      const prepared = await region.call<{ epoch: number; activeRegion: string }>('prepare-database', {});
      operator.answer(prepared, [`${prepared.activeRegion} is the active region in epoch ${prepared.epoch}`]);
    });
  standby
    .command('status <system>')
    .description('says who is active, and how ready each region is')
    .action(async (name: string) => {
      const { config } = openSystem(operator, name);
      const regions = await Promise.all([config.primary.region, config.standby.region].map(async (region) => lookAt(operator, name, region)));
      operator.answer(regions, table(['REGION', 'ROLE', 'READY', 'WHAT FAILS'], regions));
    });
}

async function lookAt(operator: Operator, name: string, regionName: string): Promise<string[]> {
  try {
    const region = await openRegion(operator, name, regionName);
    const { role, scorePercent, conditions } = await region.call<{ role: string; scorePercent: number; conditions: readonly { name: string; holds: boolean }[] }>('assess-readiness', {});
    return [regionName, role, `${scorePercent} %`, conditions.filter(({ holds }) => !holds).map((condition) => condition.name).join(', ') || '-'];
  } catch (error) {
    // A region that does not answer is what one may want to know.
    return [regionName, 'unknown', '-', (error as Error).message];
  }
}

function addFailoverCommands(standby: Command, operator: Operator): void {
  standby
    .command('failover <system> <region>')
    .description('makes the region the active one')
    .option('--planned', 'drain the other region first and lose nothing')
    .requiredOption('--reason <text>', 'why, for the report')
    .action(async (name: string, regionName: string, { planned, reason }: { planned?: boolean; reason: string }) => {
      const region = await openRegion(operator, name, regionName);
      await operator.confirm(`${name} moves to ${regionName}; clients are without service meanwhile.`, name);
      const request: FailoverRequest = { kind: planned ? 'planned' : 'unplanned', requestedBy: userInfo().username, reason };
      const started = await region.call<{ operationId: string | null; status: string }>('request-failover', request);
      operator.answer(started, [`${started.operationId ?? name}: ${started.status}`]);
    });
  for (const decision of ['approve', 'reject'] as const) {
    standby
      .command(`${decision} <system> <operation>`)
      .description(`${decision}s the failover that asks; both regions' operations are named in the notification`)
      .option('--region <region>', 'region that is to become active; the standby unless said otherwise')
      .option('--sign-loss <seconds:heartbeat>', 'for a stale replica: the loss as the notification names it')
      .action(async (name: string, operationId: string, options: { region?: string; signLoss?: string }) => {
        const { config } = openSystem(operator, name);
        const region = await openRegion(operator, name, options.region ?? config.standby.region);
        const answer: ApprovalAnswer = { operationId, decision, by: userInfo().username, ...(options.signLoss !== undefined && { signedLoss: parseLoss(options.signLoss) }) };
        await region.call('answer-approval', answer);
        operator.answer(answer, [`${operationId}: ${decision === 'approve' ? 'approved' : 'rejected'}`]);
      });
  }
  standby
    .command('undo <system> <region>')
    .description('gives the active role back after a failover to the region that stopped before it promoted')
    .action(async (name: string, regionName: string) => {
      const region = await openRegion(operator, name, regionName);
      const result = await region.call<{ undone: boolean; epoch: number | null }>('undo-failover', {});
      operator.answer(result, [result.undone ? `the other region writes again, in epoch ${result.epoch ?? 0}` : 'there is nothing to undo']);
    });
}

function addReturnCommands(standby: Command, operator: Operator): void {
  standby
    .command('rebuild <system> <region>')
    .description('makes the region a standby again; its old database is renamed and kept')
    .option('--undo', 'give the old database its name back')
    .action(async (name: string, regionName: string, { undo }: { undo?: boolean }) => {
      const region = await openRegion(operator, name, regionName);
      const operation = `rebuild-${Date.now()}`;
      const { executionArn } = await region.rebuilds.start(operation, { mode: undo ? 'undo' : 'rebuild' });
      operator.answer({ executionArn }, [`${executionArn}: started`]);
    });
  standby
    .command('losses <system> <operation>')
    .description('lists what only the region that was lost holds, once it is back')
    .option('--lost <region>', 'region that was lost; the primary unless said otherwise')
    .action(async (name: string, operationId: string, { lost }: { lost?: string }) => {
      const { config } = openSystem(operator, name);
      const lostRegion = lost ?? config.primary.region;
      const active = await openRegion(operator, name, lostRegion === config.primary.region ? config.standby.region : config.primary.region);
      const report = (await active.reports.readJson(`failovers/${operationId}.json`)) as { run: { epoch: number; lastServedAt: string }; positions: unknown } | undefined;
      if (!report) throw new InvalidInput('operation', [`${operationId}: there is no report of it`]);
      const region = await openRegion(operator, name, lostRegion);
      const since = new Date(new Date(report.run.lastServedAt).getTime() - 86_400_000).toISOString();
      const found = await region.call<{ reportKey: string; lost: readonly { table: string; numbers: readonly number[] }[]; objects: readonly { key: string }[] }>('reconcile-losses', { operationId, epoch: report.run.epoch, positions: report.positions, since });
      operator.answer(found, [...found.lost.map(({ table: of, numbers }) => `${of}: ${numbers.length} rows lost${numbers.length > 0 ? `: ${numbers.join(', ')}` : ''}`), `${found.objects.length} objects did not arrive`, `whole: ${found.reportKey}`]);
    });
}

function parseLoss(text: string): NamedLoss {
  const [, seconds, lastSequence] = /^(\d+):(\d+)$/.exec(text) ?? [];
  if (seconds === undefined || lastSequence === undefined) throw new InvalidInput('--sign-loss', [`${JSON.stringify(text)} is not allowed, expected <seconds>:<heartbeat> as in the notification`]);
  return { seconds: Number(seconds), lastSequence: Number(lastSequence) };
}
