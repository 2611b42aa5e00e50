import { GetQueueUrlCommand, PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { giveCommand } from '../../rehearsal/give-command';
import { OperatorTerminal } from '../../rehearsal/operator-terminal';
import { ringingAlarms } from '../../rehearsal/ringing-alarms';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { checkEqual } from './compare';
import { changeSome, loadedShop } from './loaded';
import { run, waitingFailures } from './replicate';
import type { PipelineWorld } from './pipeline-world';

interface RedriveAnswer {
  readonly redriven: readonly { readonly table: string | null; readonly executionArn: string }[];
  readonly left: readonly string[];
}

const ALARM_DELAY_MS = 11 * 60_000;

/** Nobody can log in anywhere; failures wait in the queue until somebody starts them again. */
export const sealedVault: Scenario<PipelineWorld> = {
  name: 'sealed-vault',
  title: 'Vault is sealed: three tries, then the queue of failures, an alarm, and a redrive once it is open again',
  async run(stage) {
    const { vault } = stage.world;
    const source = await loadedShop(stage, 'sealed');
    await changeSome(source, 'while Vault is sealed');
    vault.sealUp();
    const outcome = await run(stage, 'a run while Vault is sealed', { operationId: 'sealed-1' });
    vault.unseal();
    await checkAlarms(stage);
    const failures = await waitingFailures(stage);
    const tables = Object.keys(stage.world.config.tables);
    stage.check(outcome.status === 'FAILED' && failures.length >= tables.length, `the run failed and ${failures.length} failures wait`, ...new Set(failures.map(({ errorName }) => errorName)));
    await redriveAll(stage, tables.length);
    stage.check((await waitingFailures(stage)).length === 0, 'no failure waits any more');
    await checkEqual(stage);
  },
};

async function checkAlarms(stage: Stage<PipelineWorld>): Promise<void> {
  const { config, place } = stage.world;
  await stage.step('minutes pass', () => stage.cloud.clock.pass(ALARM_DELAY_MS));
  const names = await ringingAlarms(stage, place);
  const prefix = `snowflake-replicator/${config.name}`;
  const expected = Object.keys(config.tables).map((table) => `${prefix}/${table}/ReplicationFailed`);
  stage.check(expected.every((name) => names.includes(name)), 'an alarm for each table has gone off', ...names);
  stage.check(names.includes(`${prefix}/FailuresWaiting`), 'an alarm says that failures wait for somebody');
}

/** As the runbook says, by the command made for it. */
async function redriveAll(stage: Stage<PipelineWorld>, expected: number): Promise<void> {
  const sqs = stage.client(SQSClient, stage.world.place);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `snowflake-replicator-${stage.world.config.name}-failures` }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"from": "somebody else"}' }));
  const { redriven, left } = await redrive(stage);
  stage.check(redriven.length >= expected && left.length === 1, `${redriven.length} runs were started again, and what is no failure of this pipeline was left`, ...left);
  await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  for (const { executionArn, table } of redriven) {
    const { status } = await stage.executionEnd(stage.world.place, executionArn);
    stage.check(status === 'SUCCEEDED', `${table ?? 'the run'}: the redriven run succeeded`);
  }
}

async function redrive(stage: Stage<PipelineWorld>): Promise<RedriveAnswer> {
  const { account, region, name } = stage.world.config;
  const terminal = new OperatorTerminal(stage.cloud, stage.deployment.accounts, region);
  const { exitCode, answer, told } = await giveCommand(stage, terminal, account, ['replicate', 'redrive', name]);
  stage.check(exitCode === 0, 'the command succeeds', ...told);
  return answer as RedriveAnswer;
}
