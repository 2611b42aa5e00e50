import '../../../support/quiet-telemetry';
import type { DeletionOutcome, WarehouseSnapshot } from '../../../../lambda/common/aws/redshift-snapshots';
import { approveRelease } from '../../../../lambda/redshift-backup/approve-release';
import { TAG, type ReleaseRequest } from '../../../../lambda/redshift-backup/contract';
import { requestRelease } from '../../../../lambda/redshift-backup/request-release';
import { warehouseSnapshot } from '../../../support/warehouse-snapshot';

const COPY = warehouseSnapshot({ identifier: 'snap-20260601-020000-owned', tags: { [TAG.pipeline]: 'warehouse', [TAG.copyOf]: 'snap-20260601-020000' } });
const TOKEN = '11111111-1111-4111-8111-111111111111';
const KEY = `releases/${COPY.identifier}/${TOKEN}`;
const NOW = new Date('2026-06-02T12:00:00Z');
const REQUEST: ReleaseRequest = { snapshotIdentifier: COPY.identifier, reason: 'wound up, ticket 1', requestedAt: '2026-06-02T10:00:00Z', expiresAt: '2026-06-03T10:00:00Z' };

function ports(snapshot: WarehouseSnapshot | undefined, { request, deletion = 'deleted' }: { readonly request?: ReleaseRequest; readonly deletion?: DeletionOutcome } = {}) {
  const done: string[] = [];
  const written = new Map<string, unknown>();
  const all = {
    pipeline: 'warehouse',
    snapshots: {
      find: () => Promise.resolve(snapshot),
      delete: (identifier: string) => {
        done.push(`delete ${identifier}`);
        return Promise.resolve(deletion);
      },
    },
    evidence: {
      readJson: (key: string) => Promise.resolve(key === `${KEY}/requested.json` ? request : undefined),
      writeJsonOnce: (key: string, content: unknown) => {
        done.push(`write ${key}`);
        written.set(key, content);
        return Promise.resolve(true);
      },
    },
    topic: { publish: (subject: string) => Promise.resolve(void done.push(`tell ${subject}`)) },
    newToken: () => TOKEN,
    now: () => NOW,
  };
  return { all, done, written };
}

const ASKING = { snapshot_identifier: COPY.identifier, reason: 'wound up, ticket 1' };
const APPROVING = { snapshot_identifier: COPY.identifier, token: TOKEN };
const NOT_RELEASABLE = [
  ['that is not there', undefined, 'is no copy that warehouse owns'],
  ['of another pipeline', { ...COPY, tags: { ...COPY.tags, [TAG.pipeline]: 'lake' } }, 'is no copy that warehouse owns'],
  ['that is no copy', { ...COPY, tags: { [TAG.pipeline]: 'warehouse' } }, 'is no copy that warehouse owns'],
  ['on hold', { ...COPY, tags: { ...COPY.tags, [TAG.legalHold]: 'case 7' } }, 'is on hold: case 7'],
] as const;

describe('requestRelease', () => {
  it('writes the request down, tells everybody, and deletes nothing', async () => {
    const { all, done, written } = ports(COPY);

    await expect(requestRelease(ASKING, all)).resolves.toEqual({ token: TOKEN, expiresAt: '2026-06-03T12:00:00.000Z' });
    expect(written.get(`${KEY}/requested.json`)).toMatchObject({ reason: ASKING.reason, requestedAt: NOW.toISOString() });
    expect(done).toEqual([`write ${KEY}/requested.json`, `tell Holdfast: the release of ${COPY.identifier} of warehouse is asked for`]);
  });

  test.each(NOT_RELEASABLE)('refuses a snapshot %s', async (_case, snapshot, message) => {
    const { all, done } = ports(snapshot);

    await expect(requestRelease(ASKING, all)).rejects.toThrow(message);
    expect(done).toEqual([]);
  });

  test.each([
    [{ ...ASKING, reason: 'because' }, 'reason: "because" is not allowed, expected 10 to 500 characters that say why'],
    [{ reason: ASKING.reason }, 'snapshot_identifier'],
    [{ ...ASKING, snapshot_identifier: 'no--such' }, 'snapshot_identifier: "no--such" is not allowed'],
  ])('refuses %j', async (input, message) => {
    await expect(requestRelease(input, ports(COPY).all)).rejects.toThrow(message);
  });
});

describe('approveRelease', () => {
  it('writes down that it was approved before it deletes', async () => {
    const { all, done, written } = ports(COPY, { request: REQUEST });

    await expect(approveRelease(APPROVING, all)).resolves.toEqual({ deleted: COPY.identifier, reason: REQUEST.reason });
    expect(done).toEqual([`write ${KEY}/approved.json`, `delete ${COPY.identifier}`]);
    expect(written.get(`${KEY}/approved.json`)).toEqual({ ...REQUEST, approvedAt: NOW.toISOString() });
  });

  test.each([
    ['nobody asked with that token', {}, 'nobody has asked for the release'],
    ['the request is older than a day', { request: { ...REQUEST, expiresAt: '2026-06-02T11:59:59Z' } }, 'expired at 2026-06-02T11:59:59Z'],
  ])('deletes nothing when %s', async (_case, circumstances, message) => {
    const { all, done } = ports(COPY, circumstances);

    await expect(approveRelease(APPROVING, all)).rejects.toThrow(message);
    expect(done).toEqual([]);
  });

  test.each(NOT_RELEASABLE)('refuses a snapshot %s, also when it was asked for', async (_case, snapshot, message) => {
    const { all, done } = ports(snapshot, { request: REQUEST });

    await expect(approveRelease(APPROVING, all)).rejects.toThrow(message);
    expect(done).toEqual([]);
  });

  it('says so when the copy cannot be deleted now', async () => {
    await expect(approveRelease(APPROVING, ports(COPY, { request: REQUEST, deletion: 'refused' }).all)).rejects.toThrow('could not be deleted');
  });

  it('refuses what is no token', async () => {
    await expect(approveRelease({ ...APPROVING, token: 'letmein' }, ports(COPY).all)).rejects.toThrow('token: "letmein" is not allowed, expected the token of the request');
  });
});
