import { admitRequest, type AdmitRequestPorts } from '../../../../lambda/aurora-restore/admit-request';
import { OperationNotResumable, TargetBusy, type RestoreRequest } from '../../../../lambda/aurora-restore/contract';
import { RestoreStates, type RunStatus } from '../../../../lambda/aurora-restore/restore-state';
import { InvalidInput } from '../../../../lambda/common/errors';
import type { DynamoTable } from '../../../../lambda/common/aws/dynamo-table';
import { LocalCloud } from '../../../../local/cloud/local-cloud';
import { createTable } from '../../../support/create-table';
import { NOW, runOf, SETTINGS, TARGET } from './fixtures';
import { MemoryAudit } from './memory-audit';

let cloud: LocalCloud;
let table: DynamoTable;
let states: RestoreStates;
let operationId = '';
let operations = 0;
beforeAll(async () => {
  cloud = await LocalCloud.start();
  table = await createTable(cloud, { account: TARGET.account, region: TARGET.region }, 'states', 'operation_id');
  states = new RestoreStates({ table, now: () => NOW });
});
afterAll(() => cloud.stop());
beforeEach(() => {
  operationId = `operation-${(operations += 1)}`;
});

describe('RestoreStates', () => {
  it('makes the first execution the one that works on a run', async () => {
    expect(await states.claim(runOf({ operationId }), 'first')).toBe(true);
    expect(await states.find(operationId)).toEqual({ operation_id: operationId, status: 'RUNNING', state: 'RequestAdmitted', parameters: runOf({ operationId }), execution: 'first', last_updated: NOW.toISOString() });
  });

  it('refuses a second execution while the first works, and lets the first ask again', async () => {
    await states.claim(runOf({ operationId }), 'first');

    expect(await states.claim(runOf({ operationId }), 'second')).toBe(false);
    expect(await states.claim(runOf({ operationId }), 'first')).toBe(true);
    expect(await states.find(operationId)).toMatchObject({ execution: 'first' });
  });

  it('lets one of two executions take over from a dead one', async () => {
    await states.claim(runOf({ operationId }), 'dead');

    expect(await states.claim(runOf({ operationId }), 'second', 'dead')).toBe(true);
    expect(await states.claim(runOf({ operationId }), 'third', 'dead')).toBe(false);
    expect(await states.find(operationId)).toMatchObject({ execution: 'second' });
  });

  test.each<[RunStatus, boolean]>([
    ['FAILED', true],
    ['SUCCEEDED', false],
  ])('after a run that is %s answers another execution with %s', async (status, admitted) => {
    await states.claim(runOf({ operationId }), 'first');
    await states.note(operationId, { status });

    expect(await states.claim(runOf({ operationId }), 'second')).toBe(admitted);
    expect(await states.claim(runOf({ operationId }), 'second', 'first')).toBe(admitted);
  });

  it('notes how far a run is without losing what it was asked for', async () => {
    await states.claim(runOf({ operationId }), 'first');
    await states.note(operationId, { state: 'SnapshotChosen' });

    expect(await states.find(operationId)).toMatchObject({ state: 'SnapshotChosen', status: 'RUNNING', parameters: runOf({ operationId }) });
  });

  it('makes no row for a run that was never admitted', async () => {
    await states.note(operationId, { state: 'RunEnded', status: 'FAILED' });

    expect(await states.find(operationId)).toBeUndefined();
  });
});

describe('admitRequest', () => {
  let audit: MemoryAudit;
  let statuses: Record<string, string | undefined>;
  beforeEach(() => {
    audit = new MemoryAudit();
    statuses = {};
  });
  const ports = (): AdmitRequestPorts => ({ settings: SETTINGS, states, executions: { statusOf: async (name) => statuses[name] }, audit, now: () => NOW });
  const admit = (executionName: string, request: RestoreRequest | object = {}, changes: Partial<AdmitRequestPorts> = {}) => admitRequest({ request: { operationId, ...request }, executionName }, { ...ports(), ...changes });

  it('admits a new run and records it', async () => {
    const run = await admit('first', { snapshotIdentifier: 'nightly' });

    expect(run).toEqual(runOf({ operationId, snapshotIdentifier: 'nightly' }));
    expect(await audit.detailsOf('RequestAdmitted', operationId)).toEqual({ run, execution: 'first' });
  });

  it('admits the same execution again, as after a crash between the claim and its record', async () => {
    const run = await admit('first');

    expect(await admit('first')).toEqual(run);
  });

  it('resumes a run that failed as it was asked for then', async () => {
    const asked = await admit('first', { snapshotIdentifier: 'nightly' });
    await states.note(operationId, { status: 'FAILED' });

    const later = new Date(NOW.getTime() + 60_000);
    expect(await admit('second', {}, { now: () => later, settings: { ...SETTINGS, targetCluster: 'orders-elsewhere' } })).toEqual(asked);
  });

  test.each(['FAILED', 'TIMED_OUT', 'ABORTED', undefined])('takes a run over from an execution that is %s and could not note it', async (status) => {
    await admit('first');
    statuses['first'] = status;

    await expect(admit('second')).resolves.toMatchObject({ operationId });
    expect(await states.find(operationId)).toMatchObject({ execution: 'second', status: 'RUNNING' });
  });

  test.each(['RUNNING', 'PENDING_REDRIVE'])('refuses a run whose execution is %s, and says which that is', async (status) => {
    await admit('first');
    statuses['first'] = status;

    await expect(admit('second')).rejects.toThrow(`operation ${operationId} is RUNNING in execution first; choose another operationId`);
    await expect(admit('second')).rejects.toThrow(OperationNotResumable);
    expect(await audit.types(operationId)).toEqual(['RequestAdmitted']);
  });

  it('refuses a run that has succeeded', async () => {
    await admit('first');
    await states.note(operationId, { status: 'SUCCEEDED' });

    await expect(admit('second')).rejects.toThrow(`operation ${operationId} is SUCCEEDED`);
  });

  it('refuses to resume a run as another than it was', async () => {
    await admit('first', { snapshotIdentifier: 'nightly' });
    await states.note(operationId, { status: 'FAILED' });

    await expect(admit('second', { snapshotIdentifier: 'weekly' })).rejects.toThrow('snapshotIdentifier: "weekly" is not allowed, expected "nightly"');
    expect(await states.find(operationId)).toMatchObject({ status: 'FAILED', execution: 'first' });
  });

  it('abandons a run that there is, and no other', async () => {
    await expect(admit('first', { mode: 'abandon' })).rejects.toThrow(`there is no operation ${operationId} to abandon`);
    await admit('first', { onFailure: 'keep' });
    await states.note(operationId, { status: 'FAILED' });

    expect(await admit('second', { mode: 'abandon' })).toEqual(runOf({ operationId, mode: 'abandon' }));
  });

  describe('with a target that another operation works towards', () => {
    let other: string;
    let target: string;
    beforeEach(async () => {
      other = `other-than-${operationId}`;
      target = `target-of-${operationId}`;
      statuses['theirs'] = 'RUNNING';
      await admit('theirs', { operationId: other, targetClusterIdentifier: target });
    });
    const admitHere = (request: RestoreRequest = {}) => admit('ours', { targetClusterIdentifier: target, ...request });

    it('waits for its turn, and has recorded nothing', async () => {
      await expect(admitHere()).rejects.toThrow(TargetBusy);
      await expect(admitHere()).rejects.toThrow(`operation ${other} is about to take the name ${target}; ${operationId} waits for its end`);
      expect(await audit.types(operationId)).toEqual([]);
    });

    test.each<[string, () => unknown]>([
      ['has succeeded', () => states.note(other, { status: 'SUCCEEDED' })],
      ['has failed', () => states.note(other, { status: 'FAILED' })],
      ['was stopped', () => (statuses['theirs'] = 'ABORTED')],
    ])('has its turn when the other %s, and keeps it', async (_case, end) => {
      await expect(admitHere()).rejects.toThrow(TargetBusy);
      await end();
      statuses['ours'] = 'RUNNING';

      await expect(admitHere()).resolves.toMatchObject({ operationId });
      await expect(admit('third', { operationId: `${operationId}-third`, targetClusterIdentifier: target })).rejects.toThrow(`operation ${operationId} is about to take the name ${target}`);
    });

    it('gives the turn to one of two that ask at a time', async () => {
      await states.note(other, { status: 'FAILED' });
      const before = await states.turnOf(target);

      expect(await states.takeTurn(target, 'quick', before)).toBe(true);
      expect(await states.takeTurn(target, 'slow', before)).toBe(false);
      expect(await states.turnOf(target)).toBe('quick');
    });

    it('plans without waiting, as a plan takes no name', async () => {
      await expect(admitHere({ mode: 'plan' })).resolves.toMatchObject({ mode: 'plan' });
    });

    it('does not wait for operations with other targets', async () => {
      await expect(admit('ours')).resolves.toMatchObject({ operationId });
    });
  });

  test.each([
    ['an unknown field', { snapshot: 'nightly' }],
    ['a target that RDS would refuse', { targetClusterIdentifier: 'Orders' }],
    ['a deletion without a plan', { deleteSource: true }],
  ])('refuses %s before anything is claimed', async (_case, request) => {
    await expect(admit('first', request)).rejects.toThrow(InvalidInput);
    expect(await states.find(operationId)).toBeUndefined();
    expect(await audit.types(operationId)).toEqual([]);
  });
});
