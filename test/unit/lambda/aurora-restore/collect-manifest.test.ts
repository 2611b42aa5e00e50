import { collectManifest, type CollectManifestPorts } from '../../../../lambda/aurora-restore/collect-manifest';
import { ContentUnreadable, DatabaseUnreachable, RestoreFailed } from '../../../../lambda/aurora-restore/contract';
import type { Manifest } from '../../../../lambda/aurora-restore/proof/manifest';
import { startCapture } from '../../../../lambda/aurora-restore/start-capture';
import { takeManifest } from '../../../../lambda/aurora-restore/take-manifest';
import { InvalidInput, RemoteFunctionFailed } from '../../../../lambda/common/errors';
import { chosenOf, clusterOf, NOW, OPERATION, PIPELINE, SOURCE_CLUSTER, stepOf } from './fixtures';
import { MemoryAudit } from './memory-audit';
import { MemoryClusters } from './memory-clusters';
import { MemoryBucket, MemorySecret } from './memory-stores';

const manifestOf = (takenAt: string): Manifest => ({ version: 1, clusterIdentifier: SOURCE_CLUSTER, clusterResourceId: 'cluster-OFORDERS', takenAt, roles: {}, databases: [] });
const BEFORE = manifestOf('2026-11-21T02:00:00.000Z');
const AFTER = manifestOf('2026-11-21T02:20:00.000Z');
const LIVE = manifestOf('2026-11-21T03:00:00.000Z');
const KEY = 'capture-1';

describe('collectManifest', () => {
  let evidence: MemoryBucket;
  let audit: MemoryAudit;
  beforeEach(() => {
    evidence = new MemoryBucket();
    audit = new MemoryAudit();
  });

  function collect(objects: Record<string, unknown>, { manifestKey = KEY, canReadSource = true }: { manifestKey?: string | null; canReadSource?: boolean } = {}) {
    const manifests = new MemoryBucket(objects);
    const takeLiveManifest: CollectManifestPorts['takeLiveManifest'] = async ({ captureId, phase }) => {
      await manifests.writeJson(`${captureId}/${phase}.json`, LIVE);
      return { manifestKey: `${captureId}/${phase}.json`, tables: 0, rows: 0 };
    };
    return collectManifest({ ...stepOf(), snapshot: chosenOf({ manifestKey }) }, { manifests, evidence, takeLiveManifest: canReadSource ? takeLiveManifest : undefined, audit });
  }
  const reference = () => evidence.objects[`${OPERATION}/reference.json`];

  it('brings the manifests that were taken around the snapshot', async () => {
    expect(await collect({ 'capture-1/before.json': BEFORE, 'capture-1/after.json': AFTER })).toEqual({ basis: 'manifest', referenceKey: `${OPERATION}/reference.json` });
    expect(reference()).toEqual({ before: BEFORE, after: AFTER });
    expect(await audit.detailsOf('ReferenceCollected')).toMatchObject({ basis: 'manifest' });
  });

  it('takes the live source for the second manifest of a capture that broke off', async () => {
    expect(await collect({ 'capture-1/before.json': BEFORE })).toMatchObject({ basis: 'manifest' });
    expect(reference()).toEqual({ before: BEFORE, after: LIVE });
  });

  test.each<[string, Record<string, unknown>, string | null]>([
    ['a snapshot without a capture', {}, null],
    ['a capture whose manifests are gone', {}, KEY],
    ['a capture with only its second manifest', { 'capture-1/after.json': AFTER }, KEY],
  ])('asks the live source for %s, and says that it did', async (_case, objects, manifestKey) => {
    expect(await collect(objects, { manifestKey })).toMatchObject({ basis: 'live' });
    expect(reference()).toEqual({ before: LIVE, after: null });
  });

  test.each<[string, Record<string, unknown>]>([
    ['nothing was captured', {}],
    ['the capture broke off', { 'capture-1/before.json': BEFORE }],
  ])('has nothing to compare with when %s and the source cannot be read', async (_case, objects) => {
    expect(await collect(objects, { canReadSource: false })).toEqual({ basis: 'none', referenceKey: null });
    expect(evidence.objects).toEqual({});
  });

  test.each<[string, new (...args: never[]) => Error, string]>([
    ['is tried again when', DatabaseUnreachable, 'AuroraRestore.DatabaseUnreachable'],
    ['fails for good when', RemoteFunctionFailed, 'AuroraRestore.ContentUnreadable'],
  ])('%s the source’s function failed with what raises %p', async (_case, raised, errorType) => {
    const takeLiveManifest = () => Promise.reject(new RemoteFunctionFailed(`take-manifest failed with ${errorType}`, { errorType }));
    const failed = collectManifest({ ...stepOf(), snapshot: chosenOf({ manifestKey: null }) }, { manifests: new MemoryBucket(), evidence, takeLiveManifest, audit });

    await expect(failed).rejects.toThrow(raised);
    expect(await audit.types()).toEqual([]);
  });
});

describe('takeManifest', () => {
  const content = { username: 'reader', password: 'reader-password' };
  const source = new MemoryClusters().add(clusterOf(SOURCE_CLUSTER));
  let manifests: MemoryBucket;
  beforeEach(() => {
    manifests = new MemoryBucket();
  });
  const take = (changes: Partial<Parameters<typeof takeManifest>[1]> = {}) =>
    takeManifest({ captureId: KEY, phase: 'before' }, { clusterIdentifier: SOURCE_CLUSTER, databases: [], clusters: source, secret: new MemorySecret(content), manifests, open: () => Promise.reject(new Error('not reached')), now: () => NOW, ...changes });

  it('writes what it read under the capture and its phase', async () => {
    expect(await take()).toEqual({ manifestKey: 'capture-1/before.json', tables: 0, rows: 0 });
    expect(manifests.objects).toEqual({ 'capture-1/before.json': { ...LIVE, takenAt: NOW.toISOString() } });
  });

  it('leaves a manifest that is there as it is: the first is the one that counts', async () => {
    manifests.objects['capture-1/before.json'] = BEFORE;

    await take();

    expect(manifests.objects).toEqual({ 'capture-1/before.json': BEFORE });
  });

  it('fails when the source is gone or answers nobody', async () => {
    await expect(take({ clusters: new MemoryClusters() })).rejects.toThrow(RestoreFailed);
    await expect(take({ clusters: new MemoryClusters().add(clusterOf(SOURCE_CLUSTER, { endpoint: undefined })) })).rejects.toThrow('has no endpoint');
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['a missing name', { password: 'hunter2' }, 'username: is missing'],
    ['a password that is no text', { username: 'reader', password: ['hunter2'] }, 'password: the value given is not allowed'],
  ])('refuses a secret with %s, and does not show it', async (_case, wrong, message) => {
    const refused = take({ secret: new MemorySecret(wrong) });

    await expect(refused).rejects.toThrow(InvalidInput);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow('hunter2');
  });

  it('writes nothing when the reader may not see everything', async () => {
    const open = () => Promise.reject(new ContentUnreadable('the reader may not see all of sales.orders'));

    await expect(take({ databases: ['orders'], open })).rejects.toThrow(ContentUnreadable);
    expect(manifests.objects).toEqual({});
  });
});

describe('startCapture', () => {
  const started: [string, unknown][] = [];
  const executions = { start: async (name: string, input: unknown) => (started.push([name, input]), { executionArn: `arn:of:${name}`, alreadyStarted: false }) };
  const start = (input: unknown) => startCapture(input, { pipeline: PIPELINE, executions, now: () => NOW });

  it('names the capture after the minute that it was meant for', async () => {
    expect(await start({ scheduledTime: '2026-11-20T16:00:00Z' })).toEqual({ captureId: 'orders-refresh-20261120t1600', executionArn: 'arn:of:orders-refresh-20261120t1600' });
    expect(started.at(-1)).toEqual(['orders-refresh-20261120t1600', { captureId: 'orders-refresh-20261120t1600' }]);
    expect(await start({})).toMatchObject({ captureId: OPERATION });
  });

  test.each([[{ scheduledTime: 'now' }], [{ captureId: 'mine' }], [null], ['now']])('refuses %j', async (input) => {
    const before = started.length;

    await expect(start(input)).rejects.toThrow(InvalidInput);
    expect(started).toHaveLength(before);
  });
});
