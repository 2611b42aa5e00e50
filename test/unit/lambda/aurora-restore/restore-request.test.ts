import { operationIdAt, parseRestoreRequest, resumeRun } from '../../../../lambda/aurora-restore/restore-request';
import { InvalidInput } from '../../../../lambda/common/errors';
import { NOW, OPERATION, PIPELINE, runOf, SETTINGS, TARGET_CLUSTER } from './fixtures';

const HASH = 'a'.repeat(64);
const parse = (request: unknown, settings = SETTINGS) => parseRestoreRequest(request, settings, NOW);

describe('parseRestoreRequest', () => {
  it('completes an empty request from the configuration', () => {
    expect(parse({})).toEqual({
      operationId: 'orders-refresh-20261121t0300',
      mode: 'restore',
      snapshotIdentifier: null,
      targetClusterIdentifier: TARGET_CLUSTER,
      deleteSource: false,
      planHash: null,
      onFailure: 'remove',
      startedAt: '2026-11-21T03:00:00.000Z',
    });
  });

  it('takes everything that a request may say', () => {
    const request = { operationId: 'friday', mode: 'restore', snapshotIdentifier: 'rds:orders-2026-11-20-03-00', targetClusterIdentifier: 'orders-test', deleteSource: true, planHash: HASH, onFailure: 'keep' };

    expect(parse(request)).toEqual({ ...request, startedAt: NOW.toISOString() });
  });

  test.each([
    ['an unknown field', { target: 'orders' }, 'target: unknown field'],
    ['no object', 'restore', 'the whole: "restore" is not allowed, expected object'],
    ['null', null, 'the whole: null is not allowed, expected object'],
    ['a number for an id', { operationId: 7 }, 'operationId: 7 is not allowed, expected string'],
    ['a capital in an id', { operationId: 'Friday' }, 'operationId: "Friday" is not allowed'],
    ['an id that begins with a digit', { operationId: '1st' }, 'operationId: "1st" is not allowed'],
    ['an id that ends with a hyphen', { operationId: 'friday-' }, 'operationId: "friday-" is not allowed'],
    ['two hyphens in a row', { operationId: 'fri--day' }, 'operationId: "fri--day" is not allowed'],
    ['an id that is too short', { operationId: 'ab' }, 'operationId: "ab" is not allowed'],
    ['an id that is too long', { operationId: 'a'.repeat(59) }, 'expected 3 to 58 lower-case letters'],
    ['an id with a path', { operationId: '../state' }, 'operationId: "../state" is not allowed'],
    ['an id with a line feed', { operationId: 'friday\n' }, String.raw`operationId: "friday\n" is not allowed`],
    ['a mode that is none', { mode: 'delete' }, 'mode: "delete" is not allowed, expected one of "restore", "plan", "abandon"'],
    ['a snapshot with SQL in its name', { snapshotIdentifier: `nightly'; DROP TABLE x; --` }, 'snapshotIdentifier:'],
    ['a snapshot name that RDS refuses', { snapshotIdentifier: 'night--ly' }, 'expected the identifier or ARN of a cluster snapshot'],
    ['the ARN of a cluster for a snapshot', { snapshotIdentifier: 'arn:aws:rds:eu-west-1:111111111111:cluster:orders' }, 'expected the identifier or ARN of a cluster snapshot'],
    ['the ARN of an account that is none', { snapshotIdentifier: 'arn:aws:rds:eu-west-1:1:cluster-snapshot:nightly' }, 'snapshotIdentifier:'],
    ['a target with SQL in its name', { targetClusterIdentifier: 'orders"; DROP' }, 'targetClusterIdentifier:'],
    ['a target name that RDS refuses', { targetClusterIdentifier: 'orders_staging' }, 'expected 2 to 61 lower-case letters'],
    ['a target whose instance RDS would refuse', { targetClusterIdentifier: 'a'.repeat(62) }, 'expected 2 to 61'],
    ['a text for a truth', { deleteSource: 'true' }, 'deleteSource: "true" is not allowed, expected boolean'],
    ['a hash that is none', { deleteSource: true, planHash: 'A'.repeat(64) }, 'expected the 64 hexadecimal digits'],
    ['an answer to failure that is none', { onFailure: 'ignore' }, 'onFailure: "ignore" is not allowed, expected one of "remove", "keep"'],
    ['a deletion without the hash of a plan', { deleteSource: true }, 'planHash: is missing'],
    ['a hash without a deletion', { planHash: HASH }, 'planHash: is not allowed without deleteSource'],
    ['an abandonment of nothing', { mode: 'abandon' }, 'operationId: is missing, expected the operation to abandon'],
    ['a restore under the id of a plan', { operationId: 'friday-plan' }, 'those are plans'],
  ])('refuses %s and says what is allowed', (_case, request, message) => {
    expect(() => parse(request)).toThrow(InvalidInput);
    expect(() => parse(request)).toThrow(message);
  });

  it('refuses a deletion that the configuration does not allow', () => {
    expect(() => parse({ deleteSource: true, planHash: HASH }, { ...SETTINGS, sourceDeletable: false })).toThrow('deleteSource: true is not allowed');
    expect(() => parse({ deleteSource: true, mode: 'plan' }, { ...SETTINGS, sourceDeletable: false })).toThrow('deleteSource: true is not allowed');
  });

  it('gives a plan an id that no run has, once', () => {
    expect(parse({ mode: 'plan', operationId: 'friday' }).operationId).toBe('friday-plan');
    expect(parse({ mode: 'plan', operationId: 'friday-plan' }).operationId).toBe('friday-plan');
    expect(parse({ mode: 'plan' }).operationId).toBe('orders-refresh-20261121t0300-plan');
  });

  it('admits every id that it has given', () => {
    const { operationId } = parse({ mode: 'plan', operationId: 'a'.repeat(58) });

    expect(parse({ mode: 'plan', operationId }).operationId).toBe(operationId);
  });

  it('plans a deletion without the hash that only a plan can give', () => {
    expect(parse({ mode: 'plan', deleteSource: true })).toMatchObject({ deleteSource: true, planHash: null });
  });
});

describe('operationIdAt', () => {
  it('is the same within a minute, so that a schedule that fires twice starts one run', () => {
    expect(operationIdAt(PIPELINE, new Date('2026-11-21T03:00:59.999Z'))).toBe(OPERATION);
    expect(operationIdAt(PIPELINE, new Date('2026-11-21T03:01:00.000Z'))).not.toBe(OPERATION);
  });
});

describe('resumeRun', () => {
  const earlier = runOf({ snapshotIdentifier: 'nightly', onFailure: 'keep', startedAt: '2026-11-20T03:00:00.000Z' });
  const resume = (request: object, settings = SETTINGS) => resumeRun({ operationId: OPERATION, ...request }, earlier, settings, NOW);

  it('goes on with the run as it was asked for, when it was asked for', () => {
    expect(resume({})).toEqual(earlier);
    expect(resume({}, { ...SETTINGS, targetCluster: 'orders-elsewhere', onFailure: 'remove' })).toEqual(earlier);
  });

  it('lets only the answer to failure be another', () => {
    expect(resume({ onFailure: 'remove' })).toEqual({ ...earlier, onFailure: 'remove' });
    expect(resume({ snapshotIdentifier: 'nightly', targetClusterIdentifier: TARGET_CLUSTER, deleteSource: false })).toEqual(earlier);
  });

  test.each([
    [{ snapshotIdentifier: 'weekly' }, 'snapshotIdentifier: "weekly" is not allowed, expected "nightly" as when operation'],
    [{ targetClusterIdentifier: 'orders-test' }, 'targetClusterIdentifier: "orders-test" is not allowed, expected "orders-staging"'],
    [{ deleteSource: true, planHash: HASH }, 'deleteSource: true is not allowed, expected false'],
  ])('refuses %j, which the run was not asked for', (request, message) => {
    expect(() => resume(request)).toThrow(message);
  });

  it('abandons by removing, whatever was asked for', () => {
    expect(resume({ mode: 'abandon' })).toMatchObject({ mode: 'abandon', onFailure: 'remove' });
  });
});
