import type { RestorePlan } from '../../../lambda/aurora-restore/contract';
import { giveCommand } from '../../rehearsal/give-command';
import { OperatorTerminal, type CommandOptions } from '../../rehearsal/operator-terminal';
import type { Stage } from '../../rehearsal/stage';
import type { PipelineOnStage } from './pipeline-on-stage';
import type { AuroraRestoreWorld } from './world';

/** A pipeline as the runbook tells people to work with it: by commands, each with a profile of the account that it is about. */
export class OperatorCommands {
  private readonly terminal: OperatorTerminal;

  constructor(
    private readonly stage: Stage<AuroraRestoreWorld>,
    private readonly pipeline: PipelineOnStage,
  ) {
    this.terminal = new OperatorTerminal(stage.cloud, stage.deployment.accounts, pipeline.target.region);
  }

  /** Begins a capture of the source and waits for its end. */
  async capture(): Promise<void> {
    const { source } = this.pipeline.source.config;
    const { executionArn } = await this.give<{ executionArn: string }>(source.account, 'capture');
    const { status, cause } = await this.stage.step('the capture goes on by itself', () => this.stage.executionEnd(this.pipeline.source.place, executionArn));
    this.stage.check(status === 'SUCCEEDED', 'the capture succeeded', cause ?? '');
  }

  /** Asks what a restore would do. */
  async plan(): Promise<RestorePlan> {
    return this.give<RestorePlan>(this.account, 'plan', [], { timePasses: true });
  }

  /** Restores and follows that to its end, of which it tells the verdict. */
  async start(operationId: string): Promise<string> {
    const { proof } = await this.give<{ proof: { verdict: string } }>(this.account, 'start', ['--operation', operationId, '--watch'], { timePasses: true });
    return proof.verdict;
  }

  /** What the comparison of an operation's content found. */
  async proof(operationId: string): Promise<{ readonly verdict: string; readonly rows: number; readonly provenRows: number }> {
    return this.give(this.account, 'proof', [operationId]);
  }

  /** The record of an operation, and where its chain is broken. */
  async audit(operationId: string): Promise<{ readonly events: readonly unknown[]; readonly brokenAt: string | null }> {
    return this.give(this.account, 'audit', [operationId]);
  }

  private get account(): string {
    return this.pipeline.source.config.target.account;
  }

  private async give<Answer>(profile: string, verb: string, more: readonly string[] = [], options: CommandOptions = {}): Promise<Answer> {
    const command = ['restore', verb, this.pipeline.name, ...more];
    const { exitCode, answer, told } = await giveCommand(this.stage, this.terminal, profile, command, options);
    this.stage.check(exitCode === 0, 'it succeeds', ...(exitCode === 0 ? [] : told));
    return answer as Answer;
  }
}
