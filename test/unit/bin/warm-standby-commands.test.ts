import { Command } from 'commander';
import { addWarmStandbyCommands } from '../../../bin/commands/warm-standby';
import { openRegion, type Region } from '../../../bin/commands/warm-standby/system';
import { FakeOperator } from '../../support/fake-operator';

const PRIMARY = 'ap-southeast-2';
const STANDBY = 'us-west-2';
const REPORT = {
  run: { operationId: 'epoch-2', kind: 'unplanned', epoch: 2, requestedBy: 'alarm', reason: 'x', requestedAt: '', lastServedAt: '2027-01-02T00:00:00.000Z' },
  region: STANDBY,
  outcome: 'succeeded',
  steps: { detect: { seconds: 200, budgetSeconds: 240 }, decide: { seconds: 12.5, budgetSeconds: 300 } },
  recoveryTimeSeconds: 915.5,
  recoveryTimeObjectiveSeconds: 1_500,
  recoveryPointSeconds: 3,
  recoveryPointObjectiveSeconds: 60,
  positions: [{ table: 'app.transactions', lastNumber: 5_000, gaps: [] }],
};

const NO_OBJECTS = { objectCount: 0, objectsSince: null, objectsComplete: true };

/** What functions of the regions answer: `<region> <operation>`. */
type Answers = Readonly<Record<string, unknown>>;

/** Gives a command to a system whose functions answer so. */
async function give(line: string, answers: Answers = {}, operator = new FakeOperator(['shop'])) {
  const calls: { readonly to: string; readonly input: unknown }[] = [];
  const program = new Command().exitOverride();
  const open = async (_operator: unknown, _name: string, regionName = PRIMARY): Promise<Region> => ({
    call: async <T>(operation: string, input: unknown) => {
      const to = `${regionName} ${operation}`;
      calls.push({ to, input });
      if (answers[to] instanceof Error) throw answers[to];
      return answers[to] as T;
    },
    rebuilds: { start: async (name, input) => (calls.push({ to: `${regionName} rebuild`, input }), { executionArn: `arn:${name}`, alreadyStarted: false }) },
    reports: { readJson: async (key) => answers[`${regionName} ${key}`] },
  });
  addWarmStandbyCommands(program, operator, open);
  for (const command of program.commands.flatMap((system) => [system, ...system.commands])) command.exitOverride().configureOutput({ writeErr: () => undefined });
  const failure = await program.parseAsync(line.split(' '), { from: 'user' }).then(() => undefined, (error: Error) => error);
  return { failure, calls, operator, lines: operator.answers.flatMap((answer) => answer.lines) };
}

describe('holdfast standby prepare', () => {
  it('prepares the primary region', async () => {
    const { calls, lines } = await give('standby prepare shop', { [`${PRIMARY} prepare-database`]: { epoch: 1, activeRegion: PRIMARY } });

    expect(calls).toEqual([{ to: `${PRIMARY} prepare-database`, input: {} }]);
    expect(lines).toEqual(['ap-southeast-2 is the active region in epoch 1']);
  });
});

describe('holdfast standby status', () => {
  const ready = { role: 'standby', scorePercent: 92, conditions: [{ name: 'data key can be used', holds: false, seen: 'the key is Disabled' }, { name: 'witness answers', holds: true, seen: 'epoch 1' }] };

  it('says what keeps a region from being ready', async () => {
    const { lines } = await give('standby status shop', { [`${PRIMARY} assess-readiness`]: { role: 'active', scorePercent: 100, conditions: [] }, [`${STANDBY} assess-readiness`]: ready });

    expect(lines).toEqual([
      'REGION          ROLE     READY',
      'ap-southeast-2  active   100 %',
      'us-west-2       standby  92 %',
      'us-west-2: not so: data key can be used (the key is Disabled)',
    ]);
  });

  it('shows what one region says when the other is lost', async () => {
    const { lines } = await give('standby status shop', { [`${PRIMARY} assess-readiness`]: new Error('connect ETIMEDOUT'), [`${STANDBY} assess-readiness`]: ready });

    expect(lines.slice(1, 3)).toEqual(['ap-southeast-2  unknown  connect ETIMEDOUT', 'us-west-2       standby  92 %']);
  });
});

describe('holdfast standby failover', () => {
  const answers = { [`${STANDBY} request-failover`]: { operationId: 'epoch-2', executionArn: 'arn', status: 'started' } };

  it.each([
    ['--planned', 'planned'],
    ['', 'unplanned'],
  ])('asks the region that is to become active, %s', async (option, kind) => {
    const { calls, lines } = await give(`standby failover shop us-west-2 --reason maintenance ${option}`.trim(), answers);

    expect(calls).toEqual([{ to: `${STANDBY} request-failover`, input: { kind, requestedBy: expect.any(String) as string, reason: 'maintenance' } }]);
    expect(lines).toEqual(['epoch-2: started']);
  });

  it('does nothing that nobody confirms', async () => {
    const { failure, calls } = await give('standby failover shop us-west-2 --reason x', answers, new FakeOperator());

    expect(failure?.name).toBe('NotConfirmed');
    expect(calls).toEqual([]);
  });

  it('takes no failover without a reason', async () => {
    const { failure, calls } = await give('standby failover shop us-west-2', answers);

    expect(failure?.message).toMatch(/--reason/);
    expect(calls).toEqual([]);
  });

  it('says in words that there was nothing to do', async () => {
    const { lines } = await give('standby failover shop us-west-2 --reason x', { [`${STANDBY} request-failover`]: { operationId: null, status: 'already-active' } });

    expect(lines).toEqual(['shop: the region is the active one already']);
  });
});

describe('holdfast standby approve and reject', () => {
  it('hands a signature for the named loss to the standby region', async () => {
    const { calls, lines } = await give('standby approve shop epoch-2 --sign-loss 172700:100');

    expect(calls).toEqual([{ to: `${STANDBY} answer-approval`, input: { operationId: 'epoch-2', decision: 'approve', by: expect.any(String) as string, signedLoss: { seconds: 172_700, lastSequence: 100 } } }]);
    expect(lines).toEqual(['epoch-2: approved']);
  });

  it('answers another region when told so', async () => {
    const { calls } = await give('standby reject shop epoch-3 --region ap-southeast-2');

    expect(calls).toEqual([{ to: `${PRIMARY} answer-approval`, input: { operationId: 'epoch-3', decision: 'reject', by: expect.any(String) as string } }]);
  });

  it.each(['3', '3:', '3.5:1', '-3:1', '3:1:2'])('refuses the signature %j before anybody is asked', async (signature) => {
    const { failure, calls } = await give(`standby approve shop epoch-2 --sign-loss=${signature}`);

    expect(failure?.message).toMatch(/--sign-loss: .* is not allowed, expected <seconds>:<heartbeat>/);
    expect(calls).toEqual([]);
  });
});

describe('holdfast standby undo and rebuild', () => {
  it('gives the role back', async () => {
    const { lines } = await give('standby undo shop us-west-2', { [`${STANDBY} undo-failover`]: { undone: true, epoch: 3 } });

    expect(lines).toEqual(['the other region writes again, in epoch 3']);
  });

  it.each([
    ['', 'rebuild'],
    ['--undo', 'undo'],
  ])('starts the workflow of the region, %s', async (option, mode) => {
    const { calls } = await give(`standby rebuild shop ap-southeast-2 ${option}`.trim());

    expect(calls).toEqual([{ to: `${PRIMARY} rebuild`, input: { mode } }]);
  });
});

describe('holdfast standby report and losses', () => {
  it('shows each step beside its budget', async () => {
    const { lines } = await give('standby report shop epoch-2', { [`${STANDBY} failovers/epoch-2.json`]: REPORT });

    expect(lines).toEqual([
      'unplanned failover epoch-2 to us-west-2: succeeded',
      'STEP    SECONDS  BUDGET',
      'detect  200      240',
      'decide  12.5     300',
      'out of service: 915.5 s, objective 1500 s',
      'work lost: at most 3 s, objective 60 s',
    ]);
  });

  it('asks the region that was lost for what came after the survivor’s report', async () => {
    const { calls, lines } = await give('standby losses shop epoch-2', {
      [`${STANDBY} failovers/epoch-2.json`]: REPORT,
      [`${PRIMARY} reconcile-losses`]: { reportKey: 'losses/epoch-2.json', lost: [{ table: 'app.transactions', numbers: [5_001, 5_002], isComplete: true }], ...NO_OBJECTS, objectCount: 1 },
    });

    expect(calls).toEqual([{ to: `${PRIMARY} reconcile-losses`, input: { operationId: 'epoch-2', epoch: 2, positions: REPORT.positions } }]);
    expect(lines).toEqual(['app.transactions: 2 rows lost: 5001, 5002', '1 objects did not arrive, of all in the bucket', 'whole: losses/epoch-2.json']);
  });

  it('looks only at the objects since a moment when told so, and says so', async () => {
    const { calls, lines } = await give('standby losses shop epoch-2 --since 2027-01-01T12:00:00+02:00', {
      [`${STANDBY} failovers/epoch-2.json`]: REPORT,
      [`${PRIMARY} reconcile-losses`]: { reportKey: 'losses/epoch-2.json', lost: [], ...NO_OBJECTS, objectsSince: '2027-01-01T10:00:00.000Z', objectsComplete: false },
    });

    expect(calls).toMatchObject([{ input: { since: '2027-01-01T10:00:00.000Z' } }]);
    expect(lines[0]).toBe('at least 0 objects did not arrive, of those written since 2027-01-01T10:00:00.000Z: there was no time for all of them, look at fewer with --since');
  });

  it.each(['yesterday', '2027-13-01', '2027-01-01'])('refuses the moment %j before anybody is asked', async (moment) => {
    const { failure, calls } = await give(`standby losses shop epoch-2 --since ${moment}`, { [`${STANDBY} failovers/epoch-2.json`]: REPORT });

    expect(failure?.message).toMatch(/--since: .* is not allowed, expected a moment such as/);
    expect(calls).toEqual([]);
  });

  it('refuses the report of an attempt that failed before the database was opened: every row would seem lost', async () => {
    const { failure, calls } = await give('standby losses shop epoch-2', { [`${STANDBY} failovers/epoch-2.json`]: { ...REPORT, outcome: 'failed', positions: [] } });

    expect(failure?.message).toMatch(/epoch-2: .* expected the attempt that opened the database/);
    expect(calls).toEqual([]);
  });

  it('says when there are more rows than are listed', async () => {
    const { lines } = await give('standby losses shop epoch-2', {
      [`${STANDBY} failovers/epoch-2.json`]: REPORT,
      [`${PRIMARY} reconcile-losses`]: { reportKey: 'losses/epoch-2.json', lost: [{ table: 'app.transactions', numbers: [5_001], isComplete: false }], ...NO_OBJECTS },
    });

    expect(lines[0]).toBe('app.transactions: more than 1 rows lost: 5001');
  });

  it('looks the other way round when it was the standby that was lost', async () => {
    const { calls } = await give('standby losses shop epoch-3 --lost us-west-2', { [`${PRIMARY} failovers/epoch-3.json`]: REPORT, [`${STANDBY} reconcile-losses`]: { reportKey: 'x', lost: [], ...NO_OBJECTS } });

    expect(calls.map(({ to }) => to)).toEqual([`${STANDBY} reconcile-losses`]);
  });

  it('names an operation that left no report', async () => {
    const { failure } = await give('standby report shop epoch-9');

    expect(failure?.message).toMatch(/epoch-9: there is no report of it/);
  });
});

describe('opening a region', () => {
  it.each<[string, string, string | undefined, RegExp]>([
    ['a system that does not exist', 'nothing', undefined, /system: "nothing" is not allowed, expected one of shop/],
    ['a region that it is not in', 'shop', 'eu-west-1', /"eu-west-1" is not allowed, expected ap-southeast-2 or us-west-2/],
  ])('refuses %s', async (_case, name, region, message) => {
    await expect(openRegion(new FakeOperator(), name, region)).rejects.toThrow(message);
  });
});
