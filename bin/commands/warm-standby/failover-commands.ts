import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { ApprovalAnswer, FailoverRequest, NamedLoss } from '../../../lambda/warm-standby/contract';
import { InvalidInput } from '../../../lambda/common/errors';
import type { Operator } from '../../command-line/operator';
import { openSystem, type OpenRegion } from './system';

/** What `request-failover` answers. */
interface StartedView {
  readonly operationId: string | null;
  readonly status: 'started' | 'running' | 'already-active' | 'service-answers';
}

const IN_WORDS: Readonly<Record<StartedView['status'], string>> = {
  started: 'started',
  running: 'is under way already',
  'already-active': 'the region is the active one already',
  'service-answers': 'the service answered within the last two minutes: nothing was done',
};

/** Makes a region the active one, with a person's consent, or takes that back. */
export function addFailoverCommands(standby: Command, operator: Operator, open: OpenRegion): void {
  standby
    .command('failover <system> <region>')
    .description('makes the region the active one; one that stopped is resumed')
    .option('--planned', 'drain the other region first and lose nothing')
    .requiredOption('--reason <text>', 'why, for the report')
    .action(async (name: string, regionName: string, { planned, reason }: { planned?: boolean; reason: string }) => {
      const region = await open(operator, name, regionName);
      await operator.confirm(`${name} moves to ${regionName}; clients are without service meanwhile.`, name);
      const request: FailoverRequest = { kind: planned ? 'planned' : 'unplanned', requestedBy: userInfo().username, reason };
      const started = await region.call<StartedView>('request-failover', request);
      operator.answer(started, [`${started.operationId ?? name}: ${IN_WORDS[started.status]}`]);
    });
  for (const decision of ['approve', 'reject'] as const) addAnswerCommand(standby, operator, open, decision);
  standby
    .command('undo <system> <region>')
    .description('gives the active role back after a failover to the region that stopped before it promoted')
    .action(async (name: string, regionName: string) => {
      const region = await open(operator, name, regionName);
      const result = await region.call<{ undone: boolean; epoch: number | null }>('undo-failover', {});
      operator.answer(result, [result.undone ? `the other region writes again, in epoch ${result.epoch ?? 0}` : 'there is nothing to undo']);
    });
}

function addAnswerCommand(standby: Command, operator: Operator, open: OpenRegion, decision: ApprovalAnswer['decision']): void {
  standby
    .command(`${decision} <system> <operation>`)
    .description(`${decision}s the failover that asks; the notification names the operation`)
    .option('--region <region>', 'region that is to become active (default: the standby)')
    .option('--sign-loss <seconds:heartbeat>', 'for a stale replica: the loss as the notification names it')
    .action(async (name: string, operationId: string, options: { region?: string; signLoss?: string }) => {
      const { config } = openSystem(operator, name);
      const signature = options.signLoss === undefined ? {} : { signedLoss: parseLoss(options.signLoss) };
      const region = await open(operator, name, options.region ?? config.standby.region);
      const answer: ApprovalAnswer = { operationId, decision, by: userInfo().username, ...signature };
      await region.call('answer-approval', answer);
      operator.answer(answer, [`${operationId}: ${decision === 'approve' ? 'approved' : 'rejected'}`]);
    });
}

function parseLoss(text: string): NamedLoss {
  const [, seconds, lastSequence] = /^(\d+):(\d+)$/.exec(text) ?? [];
  if (seconds === undefined || lastSequence === undefined) throw new InvalidInput('--sign-loss', [`${JSON.stringify(text)} is not allowed, expected <seconds>:<heartbeat> as in the notification`]);
  return { seconds: Number(seconds), lastSequence: Number(lastSequence) };
}
