import { EvidenceInsufficient, ReplicaBehind, type Progress } from '../../../../lambda/warm-standby/contract';
import { fenceDatabase } from '../../../../lambda/warm-standby/fence-database';
import { readEvidence, type ReadEvidenceInput } from '../../../../lambda/warm-standby/read-evidence';
import type { ReplicationLink } from '../../../../local/cloud/engines/postgres/replication-link';
import { eventually } from '../../local/cloud/engines/postgres/fixtures';
import { captureOutput } from '../../../support/captured-output';
import { at, NOW, now, PRIMARY, STANDBY, stepOf } from './fixtures';
import { StandbyDatabase } from './standby-database';

const LEASE_END = new Date(NOW.getTime() + 150_000);
captureOutput();

let primary: StandbyDatabase;
let replica: StandbyDatabase;
let link: ReplicationLink;
beforeEach(async () => {
  primary = await StandbyDatabase.start();
  await primary.prepare(1, PRIMARY, LEASE_END, NOW);
  ({ replica, link } = await primary.replicate());
});
afterEach(async () => {
  await link.close();
  await primary.stop();
});

const beat = () => primary.asApplication((session) => session.query('SELECT holdfast.beat(1, $1)', [NOW]));
const sequenceOn = async (database: StandbyDatabase) => Number(await database.value('SELECT sequence FROM holdfast.heartbeat'));
const read = (input: Partial<ReadEvidenceInput> = {}, { database = replica, region = STANDBY, progress = null as Progress | null } = {}) =>
  readEvidence({ ...stepOf({ lastServedAt: at(0) }), ...input }, { system: 'shop', region, rpoSeconds: 60, database, register: { lastProgress: async () => progress }, now });

describe('readEvidence', () => {
  it('finds a replica current that streams, and says so by what the replica itself shows', async () => {
    await beat();
    await eventually(async () => (await sequenceOn(replica)) === 2);

    await expect(read()).resolves.toMatchObject({ verdict: 'current', receiverAlive: true, inRecovery: true, unreplayedBytes: 0, promotedAlready: false, withinObjective: true, heartbeat: { epoch: 1, sequence: 2 } });
  });

  it('names what a replica lacks whose primary cannot be heard', async () => {
    link.cut();
    await beat();
    await eventually(async () => (await read()).receiverAlive === false);

    await expect(read({ ...stepOf({ lastServedAt: at(30) }) }, { progress: { epoch: 1, sequence: 2, at: at(30) } })).resolves.toMatchObject({ verdict: 'lossy', namedLoss: { seconds: 30, lastSequence: 1 }, withinObjective: true });
    await expect(read({ ...stepOf({ lastServedAt: at(172_800) }) })).resolves.toMatchObject({ verdict: 'stale', namedLoss: { seconds: 172_800, lastSequence: 1 }, withinObjective: false });
  });

  it('waits until a replica has everything of a drained primary', async () => {
    link.cut();
    await primary.write(1, NOW, 1);
    const drained = await fenceDatabase({ database: primary, ingress: { revokeFrom: async () => true }, applicationGroupId: 'sg-app', now });
    await expect(read({ drained })).rejects.toThrow(ReplicaBehind);

    link.heal();

    await eventually(async () => read({ drained }).then(() => true, () => false));
    expect(await replica.value('SELECT count(*)::int FROM app.transactions')).toBe(1);
  });

  it('finds a database promoted that an execution before this one has promoted', async () => {
    await replica.server.promote();

    await expect(read()).resolves.toMatchObject({ promotedAlready: true, inRecovery: false });
  });

  it('refuses a former primary that has followed nobody since', async () => {
    await expect(read({}, { database: primary, region: PRIMARY })).rejects.toThrow(EvidenceInsufficient);
  });
});
