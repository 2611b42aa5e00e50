import { RDSServiceException } from '@aws-sdk/client-rds';
import { checkCopyStatus } from '../../../../lambda/aurora-restore/check-copy-status';
import { CopyBeingDeleted, CopyFailed, NoCopySlot, OneStepCopyRefused, SnapshotNotShareable, TAG, TargetNotOurs, type Hop } from '../../../../lambda/aurora-restore/contract';
import { copySnapshot } from '../../../../lambda/aurora-restore/copy-snapshot';
import { chosenOf, HOPS, LONG_WAY, OPERATION, PIPELINE, snapshotArn, snapshotOf, SOURCE, stepOf, tagsOf, TARGET } from './fixtures';
import { MemoryAudit } from './memory-audit';
import { MemorySnapshots } from './memory-snapshots';

const COPY = `${OPERATION}-copy`;
const [SHARE] = HOPS;

let audit: MemoryAudit;
let source: MemorySnapshots;
let target: MemorySnapshots;
let holders: string[];
let slotsLeft: number;
beforeEach(() => {
  audit = new MemoryAudit();
  source = new MemorySnapshots(SOURCE).add(snapshotOf('nightly'));
  target = new MemorySnapshots(TARGET);
  holders = [];
  slotsLeft = 5;
});

const ports = () => ({
  pipeline: PIPELINE,
  targetAccount: TARGET.account,
  sourceSnapshots: source,
  targetSnapshots: () => target,
  slots: {
    take: async (place: string, holder: string) => {
      if (slotsLeft === 0) return false;
      slotsLeft -= 1;
      holders.push(`${holder} at ${place}`);
      return true;
    },
    release: async (place: string, holder: string) => {
      holders = holders.filter((other) => other !== `${holder} at ${place}`);
    },
  },
  audit,
});
const copy = (hop: number, hops: readonly Hop[] = HOPS) => copySnapshot({ ...stepOf(), snapshot: chosenOf({ hops }), hop }, ports());
const progress = (hop: number, hops: readonly Hop[] = HOPS) => checkCopyStatus({ ...stepOf(), snapshot: chosenOf({ hops }), hop }, ports());

function refusal(name: string): RDSServiceException {
  return new RDSServiceException({ name, $fault: 'client', message: 'it makes no sense', $metadata: {} });
}

describe('copySnapshot', () => {
  it('shares with the target account, once, and records it before', async () => {
    await expect(copy(0)).resolves.toEqual({ started: true });
    expect(await source.sharedWith('nightly')).toEqual([TARGET.account]);
    expect(await audit.detailsOf('HopStarted')).toEqual(SHARE);

    await expect(copy(0)).resolves.toEqual({ started: false });
    expect(source.calls).toEqual([`share nightly with ${TARGET.account}`]);
    expect(await audit.types()).toEqual(['HopStarted', 'HopAdopted']);
  });

  it('copies under the key of the target, tagged with the run, the pipeline and the manifest', async () => {
    await expect(copy(1)).resolves.toEqual({ started: true });

    expect(target.copies).toEqual([{ source: snapshotArn('nightly'), targetIdentifier: COPY, kmsKeyArn: TARGET.keyArn, tags: { ...tagsOf(), [TAG.manifest]: 'orders-refresh-20261121t0200' } }]);
    expect(holders).toHaveLength(1);
  });

  it('copies at the source through the source’s API', async () => {
    await copy(0, LONG_WAY);

    expect(source.calls).toEqual([`copy ${snapshotArn('rds:orders-2026-11-21')} to ${OPERATION}-share`]);
    expect(target.calls).toEqual([]);
  });

  it('adopts the copy that an earlier attempt started, without another slot', async () => {
    await copy(1);

    await expect(copy(1)).resolves.toEqual({ started: false });
    expect(target.calls).toHaveLength(1);
    expect(holders).toHaveLength(1);
    expect(await audit.types()).toEqual(['HopStarted', 'HopAdopted']);
  });

  it('waits for the end of a copy that is being deleted, as nothing can be restored from it', async () => {
    target.add(snapshotOf(COPY, { tags: tagsOf(), status: 'deleting' }));

    await expect(copy(1)).rejects.toThrow(CopyBeingDeleted);
    expect(holders).toEqual([]);
    expect(await audit.types()).toEqual([]);
  });

  it('leaves a snapshot of that name alone that another made', async () => {
    target.add(snapshotOf(COPY, { tags: tagsOf('another-run') }));

    await expect(copy(1)).rejects.toThrow(TargetNotOurs);
    expect(await audit.types()).toEqual([]);
  });

  it('leaves it alone too when it appears between the look and the copy', async () => {
    const stranger = snapshotOf(COPY, { tags: {} });
    let looks = 0;
    const find = async () => ((looks += 1) === 1 ? undefined : stranger);

    const late = copySnapshot({ ...stepOf(), snapshot: chosenOf(), hop: 1 }, { ...ports(), targetSnapshots: () => ({ find, copy: async () => 'taken' as const }) });

    await expect(late).rejects.toThrow(`snapshot ${COPY} is there already and not tagged`);
  });

  it('waits its turn when all slots are taken, having started nothing', async () => {
    slotsLeft = 0;

    await expect(copy(1)).rejects.toThrow(NoCopySlot);
    expect(target.calls).toEqual([]);
    expect(await audit.types()).toEqual([]);
  });

  it('waits as well when AWS takes no more', async () => {
    target.copyAnswer = 'full';

    await expect(copy(1)).rejects.toThrow(NoCopySlot);
  });

  test.each(['InvalidParameterValue', 'InvalidParameterCombination'])('asks for two steps when AWS answers a copy across account and region with %s', async (name) => {
    target.copyAnswer = refusal(name);

    await expect(copy(1)).rejects.toThrow(OneStepCopyRefused);
  });

  test.each<[string, Hop]>([
    ['within the region', { ...HOPS[1], region: SOURCE.region }],
    ['within the account', { ...HOPS[1], sourceArn: snapshotArn('nightly', { ...TARGET, region: SOURCE.region }) }],
  ])('gives up when AWS refuses a copy %s, where two steps do not help', async (_case, hop) => {
    target.copyAnswer = refusal('InvalidParameterValue');

    await expect(copy(0, [hop])).rejects.toThrow(SnapshotNotShareable);
  });

  it('passes on any other error as it is', async () => {
    target.copyAnswer = refusal('AccessDenied');

    await expect(copy(1)).rejects.toBe(target.copyAnswer);
  });

  it('does nothing where there is no hop to take', async () => {
    await expect(copy(0, [])).resolves.toEqual({ started: false });
    expect(await audit.types()).toEqual([]);
  });
});

describe('checkCopyStatus', () => {
  it('says how far a copy is and keeps its slot', async () => {
    await copy(1);

    expect(await progress(1)).toEqual({ done: false, status: 'copying', percent: 10, nextHop: 1, allDone: false });
    expect(holders).toHaveLength(1);
  });

  it('gives the slot back when the copy is done, and names the next hop', async () => {
    await copy(0, LONG_WAY);
    source.alter(`${OPERATION}-share`, { status: 'available', percent: 100 });

    expect(await progress(0, LONG_WAY)).toEqual({ done: true, status: 'available', percent: 100, nextHop: 1, allDone: false });
    expect(holders).toEqual([]);
    expect(await audit.detailsOf('HopFinished')).toEqual(LONG_WAY[0]);
  });

  it('is done with everything after the last hop, a share, or no hop at all', async () => {
    await copy(1);
    target.alter(COPY, { status: 'available', percent: 100 });

    expect(await progress(1)).toMatchObject({ allDone: true, nextHop: 2 });
    expect(await progress(0)).toMatchObject({ done: true, allDone: false, nextHop: 1 });
    expect(await progress(0, [])).toMatchObject({ done: true, allDone: true });
  });

  test.each([
    ['failed', 'the copy orders-refresh-20261121t0300-copy is failed at 10 %'],
    ['incompatible-restore', 'is incompatible-restore'],
  ])('gives the slot back and fails for a copy that is %s', async (status, message) => {
    await copy(1);
    target.alter(COPY, { status });

    await expect(progress(1)).rejects.toThrow(message);
    await expect(progress(1)).rejects.toThrow(CopyFailed);
    expect(holders).toEqual([]);
  });

  it('fails for a copy that is gone', async () => {
    await copy(1);
    await target.delete(COPY);

    await expect(progress(1)).rejects.toThrow('is gone at 0 %');
    expect(holders).toEqual([]);
  });
});
