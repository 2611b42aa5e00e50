import type { DynamoTable } from '../../../../lambda/common/aws/dynamo-table';
import { AuthorityRegister } from '../../../../lambda/warm-standby/authority-register';
import { AuthorityUnreachable, EpochOvertaken } from '../../../../lambda/warm-standby/contract';
import { FailoverRuns } from '../../../../lambda/warm-standby/failover-runs';
import { raiseAuthority } from '../../../../lambda/warm-standby/raise-authority';
import { switchTraffic } from '../../../../lambda/warm-standby/switch-traffic';
import { TrafficSwitch } from '../../../../lambda/warm-standby/traffic-switch';
import { LocalCloud } from '../../../../local/cloud/local-cloud';
import { captureOutput } from '../../../support/captured-output';
import { createTable } from '../../../support/create-table';
import { at, MemoryRuns, now, PRIMARY, STANDBY, stepOf } from './fixtures';

const output = captureOutput();
const WITNESS = 'ap-northeast-1';
const ACCOUNT = '111111111111';
const unreachable = { get: async () => Promise.reject(new Error('lost')), put: async () => Promise.reject(new Error('lost')), putIf: async () => Promise.reject(new Error('lost')) };

let cloud: LocalCloud;
let registers: Readonly<Record<'own' | 'peer' | 'witness', DynamoTable>>;
let tables = 0;
beforeAll(async () => {
  cloud = await LocalCloud.start();
});
afterAll(() => cloud.stop());
beforeEach(async () => {
  const name = `table-${(tables += 1)}`;
  const [own, peer, witness] = await Promise.all([STANDBY, PRIMARY, WITNESS].map((region) => createTable(cloud, { account: ACCOUNT, region }, name, 'item')));
  registers = { own: own!, peer: peer!, witness: witness! };
});

const ofAll = () => new AuthorityRegister(registers);
const begin = (epoch: number, activeRegion: string, where: readonly ('own' | 'peer' | 'witness')[] = ['own', 'witness']) => ofAll().begin({ epoch, activeRegion }, where, 'test', at(0));

describe('AuthorityRegister', () => {
  it('knows nothing before the system was prepared', async () => {
    await expect(ofAll().highest(['own', 'peer', 'witness'])).resolves.toEqual({ authority: undefined, answered: 3 });
    await expect(ofAll().own()).resolves.toBeUndefined();
  });

  it('answers with the highest epoch that any of them has heard of', async () => {
    await begin(1, PRIMARY, ['own', 'peer', 'witness']);
    await begin(2, STANDBY, ['witness']);

    await expect(ofAll().highest(['own', 'peer', 'witness'])).resolves.toEqual({ authority: { epoch: 2, activeRegion: STANDBY }, answered: 3 });
    await expect(ofAll().own()).resolves.toEqual({ epoch: 1, activeRegion: PRIMARY });
  });

  it('goes on without a region that is lost, and says how many answered', async () => {
    await begin(1, PRIMARY);

    await expect(new AuthorityRegister({ ...registers, peer: unreachable }).highest(['peer', 'witness'])).resolves.toEqual({ authority: { epoch: 1, activeRegion: PRIMARY }, answered: 1 });
  });

  it('lets one region begin an epoch, as often as it asks', async () => {
    await begin(2, STANDBY);

    await expect(begin(2, STANDBY)).resolves.toBeUndefined();
    await expect(begin(2, PRIMARY)).rejects.toThrow(EpochOvertaken);
    await expect(begin(1, PRIMARY)).rejects.toThrow(/the own register knows a later one/);
  });

  it('lets only one of two regions begin the same epoch at the same moment', async () => {
    const outcomes = await Promise.allSettled([begin(2, STANDBY, ['witness']), begin(2, PRIMARY, ['witness'])]);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('does not begin an epoch that the witness cannot bear witness to', async () => {
    await expect(new AuthorityRegister({ ...registers, witness: unreachable }).begin({ epoch: 2, activeRegion: STANDBY }, ['witness', 'own'], 'test', at(0))).rejects.toThrow(AuthorityUnreachable);
    await expect(ofAll().own()).resolves.toBeUndefined();
  });

  it('never forgets a later epoch for an earlier one', async () => {
    await begin(3, STANDBY);

    await ofAll().remember({ epoch: 2, activeRegion: PRIMARY }, at(0));

    await expect(ofAll().own()).resolves.toEqual({ epoch: 3, activeRegion: STANDBY });
  });

  it('reports progress to those that hear it, and finds the newest', async () => {
    // As the primary sees it: its peer is the standby's own register.
    const primary = new AuthorityRegister({ own: registers.peer, peer: registers.own, witness: unreachable });
    await primary.reportProgress({ epoch: 1, sequence: 9, at: at(-60) });
    await new AuthorityRegister({ own: registers.peer, peer: unreachable, witness: registers.witness }).reportProgress({ epoch: 1, sequence: 10, at: at(0) });

    await expect(ofAll().lastProgress()).resolves.toEqual({ epoch: 1, sequence: 10, at: at(0) });
    await expect(new AuthorityRegister({ ...registers, witness: unreachable }).lastProgress()).resolves.toEqual({ epoch: 1, sequence: 9, at: at(-60) });
  });

  it('takes an earlier number of a later epoch for newer', async () => {
    await ofAll().reportProgress({ epoch: 1, sequence: 900, at: at(0) });
    await registers.own.put({ item: 'progress', epoch: 2, sequence: 3, at: at(5) });

    await expect(ofAll().lastProgress()).resolves.toEqual({ epoch: 2, sequence: 3, at: at(5) });
  });
});

describe('raiseAuthority', () => {
  it('begins the epoch here and at the witness, and says when the old lease has ended for certain', async () => {
    await expect(raiseAuthority(stepOf(), { region: STANDBY, register: new AuthorityRegister({ ...registers, peer: unreachable }), now })).resolves.toEqual({ at: at(0), leaseEndsInSeconds: 150 });

    await expect(ofAll().highest(['witness'])).resolves.toMatchObject({ authority: { epoch: 2, activeRegion: STANDBY } });
    await expect(ofAll().own()).resolves.toEqual({ epoch: 2, activeRegion: STANDBY });
  });
});

describe('the traffic switch', () => {
  const theSwitch = () => new TrafficSwitch(registers.own);

  it('is turned by a later epoch, and by nothing else', async () => {
    await theSwitch().turnTo(STANDBY, 2, at(0));
    await expect(theSwitch().turnTo(PRIMARY, 1, at(60))).rejects.toThrow(EpochOvertaken);
    await expect(theSwitch().position()).resolves.toBe(STANDBY);

    await theSwitch().turnTo(PRIMARY, 3, at(120));
    await expect(theSwitch().position()).resolves.toBe(PRIMARY);
  });

  it('leads nowhere else before the first failover', async () => {
    await expect(theSwitch().position()).resolves.toBeUndefined();
  });

  it.each([
    [STANDBY, 1],
    [PRIMARY, undefined],
  ])('turned to %s, is heard at once where Route 53 listens', async (region, value) => {
    const runs = new MemoryRuns();
    await expect(switchTraffic(stepOf(), { system: 'shop', region, switchRegion: STANDBY, trafficSwitch: theSwitch(), runs, now })).resolves.toEqual({ at: at(0), recalled: false });

    await expect(theSwitch().position()).resolves.toBe(region);
    expect(runs.recalled).toBeUndefined();
    expect(output.metric('StandbyServes').map((metric) => metric.value)).toEqual(value === undefined ? [] : [value]);
  });
});

describe('switchTraffic when the region that holds the switch is silent', () => {
  const turn = async (region: string, trafficSwitch: Pick<TrafficSwitch, 'turnTo'>) => {
    const runs = new MemoryRuns();
    const outcome = await switchTraffic(stepOf({ epoch: 3 }), { system: 'shop', region, switchRegion: STANDBY, trafficSwitch, runs, now }).catch((error: Error) => error);
    return { outcome, runs };
  };

  it('calls clients back to the other region, at once', async () => {
    const { outcome, runs } = await turn(PRIMARY, new TrafficSwitch(unreachable));

    expect(outcome).toEqual({ at: at(0), recalled: true });
    expect(runs.recalled).toEqual({ epoch: 3, at: at(0) });
    expect(output.metric('ClientsRecalled').map(({ value }) => value)).toEqual([1]);
  });

  it('fails in that region itself, which needs its own table for anything', async () => {
    const { outcome, runs } = await turn(STANDBY, new TrafficSwitch(unreachable));

    expect(outcome).toEqual(new Error('lost'));
    expect(runs.recalled).toBeUndefined();
  });

  it('calls nobody back when the switch answers that a later epoch has begun', async () => {
    await new TrafficSwitch(registers.own).turnTo(STANDBY, 4, at(0));
    const { outcome, runs } = await turn(PRIMARY, new TrafficSwitch(registers.own));

    expect(outcome).toBeInstanceOf(EpochOvertaken);
    expect(runs.recalled).toBeUndefined();
  });
});

describe('FailoverRuns', () => {
  const runs = () => new FailoverRuns(registers.own);

  it('adds to what is known of a failover', async () => {
    await runs().note(2, { operationId: 'epoch-2', status: 'running', requestedAt: at(0), lastServedAt: at(-60) });
    await runs().note(2, { status: 'failed' });

    await expect(runs().ofEpoch(2)).resolves.toMatchObject({ operationId: 'epoch-2', status: 'failed', lastServedAt: at(-60) });
    await expect(runs().ofEpoch(3)).resolves.toBeUndefined();
  });

  it('keeps the question of one execution apart from another’s', async () => {
    await runs().askedFor({ operationId: 'epoch-2', taskToken: 'token', verdict: 'lossy', namedLoss: { seconds: 3, lastSequence: 7 }, expiresAt: at(300) });

    await expect(runs().pendingApproval('epoch-2')).resolves.toMatchObject({ taskToken: 'token', namedLoss: { seconds: 3, lastSequence: 7 } });
    await expect(runs().pendingApproval('epoch-2_2')).resolves.toBeUndefined();
  });

  it('remembers when the service answered, and when the last orderly failover began', async () => {
    await expect(runs().lastServedAt()).resolves.toBeUndefined();
    await expect(runs().handover()).resolves.toBeUndefined();

    await runs().served(at(0), 1);
    await runs().handsOver(2, at(5));

    await expect(runs().lastServedAt()).resolves.toBe(at(0));
    await expect(runs().lastServed()).resolves.toMatchObject({ epoch: 1 });
    await expect(runs().handover()).resolves.toMatchObject({ epoch: 2, at: at(5) });
  });

  it('remembers that clients were called back', async () => {
    await expect(runs().recall()).resolves.toBeUndefined();
    await runs().noteRecall({ epoch: 3, at: at(0) });

    await expect(runs().recall()).resolves.toMatchObject({ epoch: 3, at: at(0) });
  });
});
