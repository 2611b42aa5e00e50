import { TaskFailure } from '../../local/cloud/engines/states/failure';
import { at, exampleAssembly, SYNTHESIS_LIMIT_MS } from '../support/example-assembly';
import { startMachine, type MachineRun } from '../support/run-state-machine';
import { warmStandbyStacks } from '../support/warm-standby-stacks';

/** What a state's function answers, by the state's name; a failure is thrown. A list is answered one after the other, the last for good. */
type Answers = Readonly<Record<string, unknown>>;

const EVIDENCE = { verdict: 'current', receiverAlive: true, withinObjective: true, promotedAlready: false };
const ANSWERS: Answers = {
  ReadEvidence: EVIDENCE,
  AwaitReplay: EVIDENCE,
  RaiseAuthority: { leaseEndsInSeconds: 150 },
  PromoteReplica: { done: true },
  OpenDatabase: { lastHeartbeat: null, positions: [] },
};
const failure = (name: string) => new TaskFailure(name, 'as asked');

let definition: object;
let rebuild: object;
beforeAll(async () => {
  // Builds the bundles and the image that the stacks name.
  await exampleAssembly();
  const machines = warmStandbyStacks()('-standby', 'AWS::StepFunctions::StateMachine').map((machine) => ({ name: String(at(machine, 'StateMachineName')), definition: definitionOf(at(machine, 'DefinitionString')) }));
  definition = machines.find(({ name }) => name.endsWith('-failover'))!.definition;
  rebuild = machines.find(({ name }) => name.endsWith('-rebuild'))!.definition;
}, SYNTHESIS_LIMIT_MS);

/** Names of functions are references until they are deployed. */
function definitionOf(text: unknown): object {
  const { 'Fn::Join': [, parts] } = text as { 'Fn::Join': [string, unknown[]] };
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'arn:aws:lambda:us-west-2:111111111111:function:step')).join('')) as object;
}

interface Story {
  readonly answers?: Answers;
  /** What a person does a minute after being asked. */
  readonly person?: 'approves' | 'rejects' | 'sleeps';
}

/** Runs a machine with functions that answer so, to its end. */
async function play(machine: object, input: Parameters<typeof startMachine>[1], { answers = {}, person = 'approves' }: Story): Promise<{ readonly run: MachineRun; readonly status: string; readonly error: string | undefined }> {
  const all: Answers = { ...ANSWERS, ...answers };
  const turns = new Map<string, number>();
  const answerTo = (stateName: string): unknown => {
    const answer = all[stateName] ?? {};
    if (!Array.isArray(answer)) return answer;
    const turn = turns.get(stateName) ?? 0;
    turns.set(stateName, turn + 1);
    return (answer as unknown[])[Math.min(turn, answer.length - 1)];
  };
  const run = startMachine(machine, {
    ...input,
    tasks: async ({ stateName, taskToken }) => {
      const answer = answerTo(stateName);
      if (answer instanceof TaskFailure) throw answer;
      if (taskToken !== undefined && person === 'approves') run.clock.after(60_000, () => run.tokens.sendTaskSuccess(taskToken, '{"by":"ada"}'));
      if (taskToken !== undefined && person === 'rejects') run.clock.after(60_000, () => run.tokens.sendTaskFailure(taskToken, 'WarmStandby.ApprovalRefused', 'no'));
      return answer;
    },
  });
  const { error } = await run.finish();
  return { run, status: run.execution.status, error };
}

const failOver = (kind: 'planned' | 'unplanned', story: Story = {}) => play(definition, { input: { operationId: 'epoch-2', run: { kind, epoch: 2 } } }, story);

/** The states that called something, each once, in the order of their first call. */
const calledBy = ({ requests }: MachineRun) => [...new Set(requests.map(({ stateName }) => stateName))];
const enteredAt = ({ execution }: MachineRun, stateName: string) => execution.history.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === stateName)?.timestamp?.getTime() ?? NaN;
const askedOf = ({ requests }: MachineRun, stateName: string) => requests.find((request) => request.stateName === stateName)?.parameters;

const PROMOTION = ['PromoteReplica', 'RaiseMinimum', 'StartTasks'];
const OPENING = ['OpenDatabase', 'CheckService', 'SwitchTraffic', 'CheckTraffic', 'VerifyService', 'ConcludeFailover'];
const MOMENTS = ['admitted', 'decided', 'fenced', 'promoted', 'scaled', 'switched', 'verified'];

describe('a planned failover', () => {
  it('drains, waits until all is replayed, promotes while tasks start, and sends clients to what was proven', async () => {
    const { run, status } = await failOver('planned');

    expect(status).toBe('SUCCEEDED');
    expect(calledBy(run).filter((name) => !PROMOTION.includes(name))).toEqual(['ReadEvidence', 'RaiseAuthority', 'DrainPeer', 'AwaitReplay', ...OPENING]);
    expect(calledBy(run)).toEqual(expect.arrayContaining(PROMOTION));
  });

  it.each([
    ['does not follow', { receiverAlive: false }],
    ['is so far behind that writes would be refused for long, and then in vain', { withinObjective: false }],
  ])('is refused, with nothing touched, by a replica that %s', async (_case, evidence) => {
    const { run, status, error } = await failOver('planned', { answers: { ReadEvidence: { ...EVIDENCE, ...evidence } } });

    expect([status, error]).toEqual(['FAILED', 'WarmStandby.EvidenceInsufficient']);
    expect(calledBy(run)).toEqual(['ReadEvidence', 'ConcludeFailed']);
  });

  it('waits for the last bytes, and stops before it promotes when they do not come', async () => {
    const behind = failure('WarmStandby.ReplicaBehind');
    await expect(failOver('planned', { answers: { AwaitReplay: [behind, behind, EVIDENCE] } })).resolves.toMatchObject({ status: 'SUCCEEDED' });

    const { run, error } = await failOver('planned', { answers: { AwaitReplay: behind } });

    expect(error).toBe('WarmStandby.ReplicaBehind');
    expect(calledBy(run)).not.toContain('PromoteReplica');
  });
});

describe('an unplanned failover', () => {
  it('asks a person, asks nothing of the other region, and promotes only when its lease is over for certain', async () => {
    const { run, status } = await failOver('unplanned');

    expect(status).toBe('SUCCEEDED');
    expect(calledBy(run).filter((name) => !PROMOTION.includes(name))).toEqual(['ReadEvidence', 'AskApproval', 'RaiseAuthority', ...OPENING]);
    expect(enteredAt(run, 'PromoteReplica') - enteredAt(run, 'AwaitLeaseEnd')).toBeGreaterThanOrEqual(150_000);
  });

  it.each([
    ['nobody answers', 'sleeps', 'States.Timeout'],
    ['somebody says no', 'rejects', 'WarmStandby.ApprovalRefused'],
  ] as const)('changes nothing when %s', async (_case, person, expected) => {
    const { run, status, error } = await failOver('unplanned', { person });

    expect([status, error]).toEqual(['FAILED', expected]);
    expect(calledBy(run)).toEqual(['ReadEvidence', 'AskApproval', 'ConcludeFailed']);
  });

  it('waits five minutes for the answer, as configured', async () => {
    const { run } = await failOver('unplanned', { person: 'sleeps' });

    expect(Math.round((enteredAt(run, 'ConcludeFailed') - enteredAt(run, 'AskApproval')) / 1000)).toBe(300);
  });
});

describe('a failover', () => {
  it.each(['planned', 'unplanned'] as const)('that resumes one that had promoted, %s, neither asks nor waits again', async (kind) => {
    const { run, status } = await failOver(kind, { answers: { ReadEvidence: { ...EVIDENCE, receiverAlive: false, promotedAlready: true } } });

    expect(status).toBe('SUCCEEDED');
    expect(calledBy(run).filter((name) => !PROMOTION.includes(name))).toEqual(['ReadEvidence', 'RaiseAuthority', ...OPENING]);
  });

  it('asks again until the database is promoted', async () => {
    const { run, status } = await failOver('planned', { answers: { PromoteReplica: [{ done: false }, { done: false }, { done: true }] } });

    expect(status).toBe('SUCCEEDED');
    expect(run.requests.filter(({ stateName }) => stateName === 'PromoteReplica')).toHaveLength(3);
  });

  it.each([...PROMOTION, 'OpenDatabase', 'CheckService'])('sends nobody to a region in which %s failed', async (stateName) => {
    const { run, status } = await failOver('planned', { answers: { [stateName]: failure('WarmStandby.PromotionFailed') } });

    expect(status).toBe('FAILED');
    expect(calledBy(run)).not.toContain('SwitchTraffic');
  });

  it.each(['ReadEvidence', 'AskApproval', 'RaiseAuthority', 'PromoteReplica', 'OpenDatabase', 'CheckService', 'SwitchTraffic', 'CheckTraffic', 'VerifyService'])('that stops in %s says so in its report', async (stateName) => {
    const { run, status, error } = await failOver('unplanned', { answers: { [stateName]: failure('WarmStandby.Unforeseen') } });

    expect([status, error]).toEqual(['FAILED', 'WarmStandby.Unforeseen']);
    expect(askedOf(run, 'ConcludeFailed')).toMatchObject({ operationId: 'epoch-2', error: { Error: 'WarmStandby.Unforeseen', Cause: 'as asked' } });
  });

  it.each<[string, string]>([
    ['ReadEvidence', 'WarmStandby.DatabaseUnreachable'],
    ['RaiseAuthority', 'WarmStandby.AuthorityUnreachable'],
    ['OpenDatabase', 'WarmStandby.DatabaseUnreachable'],
    ['OpenDatabase', 'Lambda.ResourceNotReadyException'],
    ['DrainPeer', 'Common.RemoteFunctionAsleep'],
    ['CheckService', 'WarmStandby.ServiceNotReady'],
    ['CheckTraffic', 'WarmStandby.TrafficElsewhere'],
    ['VerifyService', 'WarmStandby.ServiceNotReady'],
  ])('waits in %s for what passes: %s', async (stateName, error) => {
    const { status } = await failOver('planned', { answers: { [stateName]: [failure(error), failure(error), ANSWERS[stateName] ?? {}] } });

    expect(status).toBe('SUCCEEDED');
  });

  it('hands every moment to its report, and who has consented', async () => {
    const { run } = await failOver('unplanned');

    expect(askedOf(run, 'ConcludeFailover')).toMatchObject({ approval: { by: 'ada' } });

    const { marks } = askedOf(run, 'ConcludeFailover') as unknown as { marks: Record<string, string> };
    expect(Object.keys(marks).sort()).toEqual([...MOMENTS].sort());
    expect(MOMENTS.map((moment) => marks[moment]!)).toEqual(MOMENTS.map((moment) => marks[moment]!).sort());
  });
});

describe('a rebuild', () => {
  const run = (mode: string, answers: Answers) => play(rebuild, { input: { mode } }, { answers });

  it('takes tasks away once the database follows', async () => {
    const { run: done, status } = await run('rebuild', { RebuildReplica: [{ done: false }, { done: true }] });

    expect(status).toBe('SUCCEEDED');
    expect(done.requests.map(({ stateName }) => stateName)).toEqual(['RebuildReplica', 'RebuildReplica', 'LowerMinimum', 'StopTasks']);
    expect(askedOf(done, 'StopTasks')).toMatchObject({ DesiredCount: 1 });
  });

  it('is undone in the opposite order', async () => {
    const { run: done, status } = await run('undo', { RebuildReplica: [{ done: false }, { done: true }] });

    expect(status).toBe('SUCCEEDED');
    expect(done.requests.map(({ stateName }) => stateName)).toEqual(['RaiseMinimum', 'StartTasks', 'RebuildReplica', 'RebuildReplica']);
    expect(askedOf(done, 'StartTasks')).toMatchObject({ DesiredCount: 2 });
  });

  it('takes nothing away when the database cannot follow', async () => {
    const { run: done, status } = await run('rebuild', { RebuildReplica: failure('WarmStandby.PromotionFailed') });

    expect(status).toBe('FAILED');
    expect(calledBy(done)).toEqual(['RebuildReplica']);
  });
});
