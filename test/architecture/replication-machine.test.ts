import { TaskFailure } from '../../local/cloud/engines/states/failure';
import { SourceBusy, TableBusy, TableNotReplicable } from '../../lambda/snowflake-replicator/contract';
import { at, exampleAssembly, SYNTHESIS_LIMIT_MS } from '../support/example-assembly';
import { startMachine, type MachineRun } from '../support/run-state-machine';

/** What a function answers by the name of its state, each time anew; a failure is thrown. */
type Answers = Readonly<Record<string, (parameters: unknown, turn: number) => unknown>>;

const RUN = { operationId: 'run-1', tablesAtOnce: 2, startedAt: '2026-11-21T00:00:00Z' };
const DONE = { done: true, summary: {}, continuation: null, spread: false };
const LEFT_TO_SEVERAL = { done: false, summary: null, continuation: null, spread: true };
const LOAD = { operationId: 'run-1', table: 'sales.orders', loadId: 'L', fence: 1 };

let definition: object;
beforeAll(async () => {
  const machine = (await exampleAssembly()).resources('AWS::StepFunctions::StateMachine').find(({ stack }) => stack.includes('snowflake-replicator'));
  const { 'Fn::Join': [, parts] } = at(machine!, 'DefinitionString') as { 'Fn::Join': [string, unknown[]] };
  definition = JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'arn:aws:lambda:us-west-2:111111111111:function:step')).join('')) as object;
}, SYNTHESIS_LIMIT_MS);

/** Runs one table through the machine, with functions that answer so. */
async function play(mode: string, answers: Answers): Promise<{ readonly run: MachineRun; readonly outcome: unknown }> {
  const turns = new Map<string, number>();
  const all: Answers = {
    ListTables: () => ({ ...RUN, mode, tables: [{ operationId: RUN.operationId, table: 'sales.orders', mode }] }),
    ReplicateTable: () => DONE,
    RecordFailure: (parameters) => ({ table: 'sales.orders', status: 'failed', parameters }),
    FinishRun: () => ({}),
    ...answers,
  };
  const run = startMachine(definition, {
    input: {},
    tasks: ({ stateName, parameters }) => {
      const turn = turns.get(stateName) ?? 0;
      turns.set(stateName, turn + 1);
      const answer = all[stateName]?.(parameters, turn);
      return answer instanceof TaskFailure ? Promise.reject(answer) : Promise.resolve(answer ?? {});
    },
  });
  await run.finish();
  const ended = run.requests.find(({ stateName }) => stateName === 'FinishRun')?.parameters as { readonly outcomes: readonly unknown[] };
  return { run, outcome: ended.outcomes[0] };
}

const calls = ({ requests }: MachineRun, stateName: string) => requests.filter((request) => request.stateName === stateName);
const busy = () => new TaskFailure(TableBusy.errorName, 'as asked');

describe('a table that another run works on', () => {
  test('is waited for, and brought up to date once it is free', async () => {
    const { run, outcome } = await play('auto', { ReplicateTable: (_, turn) => (turn < 3 ? busy() : DONE) });

    expect(calls(run, 'ReplicateTable')).toHaveLength(4);
    expect(outcome).toMatchObject({ status: 'succeeded' });
  });

  test.each([
    ['ReplicateTable', {}],
    ['PlanReplication', { ReplicateTable: () => LEFT_TO_SEVERAL }],
  ])('is left to that one where only changes were to be brought, when %s has waited for long', async (state, before) => {
    const { run, outcome } = await play('auto', { ...before, [state]: busy });

    expect(outcome).toEqual({ table: 'sales.orders', status: 'busy' });
    expect(calls(run, 'RecordFailure')).toEqual([]);
  });

  test.each(['full', 'incremental', 'verify'])('is a failure for a run that was asked for mode %s', async (mode) => {
    const { run, outcome } = await play(mode, { ReplicateTable: busy, VerifyTable: busy });

    expect(outcome).toMatchObject({ status: 'failed' });
    expect(calls(run, 'RecordFailure')).toHaveLength(1);
  });
});

test('any other failure is recorded, in every mode', async () => {
  const { outcome } = await play('auto', { ReplicateTable: () => new TaskFailure(TableNotReplicable.errorName, 'as asked') });

  expect(outcome).toMatchObject({ status: 'failed', parameters: { mode: 'auto', error: { Error: TableNotReplicable.errorName } } });
});

test('a table that one function can load is loaded without a plan', async () => {
  const { run, outcome } = await play('full', {});

  expect(calls(run, 'PlanReplication')).toEqual([]);
  expect(calls(run, 'ReplicateTable').map(({ parameters }) => parameters)).toEqual([{ operationId: 'run-1', table: 'sales.orders', mode: 'full', continuation: null, divisible: true }]);
  expect(outcome).toMatchObject({ status: 'succeeded' });
});

test('a load that is none for several any more, once it is to be divided, is left to one', async () => {
  const { run, outcome } = await play('full', { ReplicateTable: (_, turn) => (turn === 0 ? LEFT_TO_SEVERAL : DONE), PlanReplication: () => ({ strategy: 'single' }) });

  expect(run.requests.map(({ stateName }) => stateName)).toEqual(['ListTables', 'ReplicateTable', 'PlanReplication', 'ReplicateTable', 'FinishRun']);
  expect(outcome).toMatchObject({ status: 'succeeded' });
});

describe('a share of a load', () => {
  const spread = { ReplicateTable: (_: unknown, turn: number) => (turn === 0 ? LEFT_TO_SEVERAL : DONE), PlanReplication: () => ({ strategy: 'spread', load: LOAD, partitions: [{ index: 0 }], partitionsAtOnce: 1 }), CommitLoad: () => ({}) };

  test('is told how often in a row its source asked for rest', async () => {
    const { run, outcome } = await play('auto', {
      ...spread,
      ExtractPartition: (_, turn) => (turn < 2 ? { index: 0, done: false, rows: 0, waitSeconds: 60, rests: turn + 1 } : { index: 0, done: turn === 3, rows: 5, waitSeconds: 0, rests: 0 }),
    });

    expect(calls(run, 'ExtractPartition').map(({ parameters }) => (parameters as { rests: number }).rests)).toEqual([0, 1, 2, 0]);
    expect(calls(run, 'ExtractPartition').at(-1)?.parameters).toEqual({ operationId: 'run-1', load: LOAD, partition: { index: 0 }, rests: 0 });
    expect(outcome).toMatchObject({ status: 'succeeded' });
  });

  test('that fails is tried three times, and then fails its table', async () => {
    const { run, outcome } = await play('auto', { ...spread, ExtractPartition: () => new TaskFailure(SourceBusy.errorName, 'as asked') });

    expect(calls(run, 'ExtractPartition')).toHaveLength(3);
    expect(calls(run, 'CommitLoad')).toEqual([]);
    expect(outcome).toMatchObject({ status: 'failed' });
  });
});
