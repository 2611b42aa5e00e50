import type { TaskShape } from '../../../../lambda/common/aws/container-service';
import { lookAtConditions, type ReadinessPorts } from '../../../../lambda/warm-standby/readiness-conditions';
import { evidenceOf, instanceOf, MemoryInstances, PRIMARY, STANDBY } from './fixtures';

const DIGEST = `sha256:${'a'.repeat(64)}`;

const shapeIn = (region: string, changes: Partial<TaskShape> = {}): TaskShape => ({
  arn: `arn:aws:ecs:${region}:111111111111:task-definition/shop:1`,
  cpu: '256',
  memory: '512',
  containers: [{ name: 'application', image: `111111111111.dkr.ecr.${region}.amazonaws.com/shop:1`, variables: ['DB_HOST', 'REGION'], secrets: ['DB_PASSWORD'] }],
  ...changes,
});

/** A standby region in which everything is ready at noon. */
function ports(changes: Partial<ReadinessPorts> = {}): ReadinessPorts {
  return {
    region: STANDBY,
    instance: 'shop',
    activeTasks: 2,
    mostVcpu: 2,
    backupWindow: '15:00-15:30',
    taskSubnets: ['subnet-1', 'subnet-2'],
    peerBucket: 'shop-primary',
    register: { highest: async () => ({ authority: { epoch: 1, activeRegion: PRIMARY }, answered: 1 }) },
    evidence: async () => evidenceOf({ verdict: 'current' }),
    positions: async () => [{ table: 'app.transactions', lastNumber: null, gaps: [] }],
    instances: new MemoryInstances().add(instanceOf()),
    service: service(STANDBY),
    peerService: service(PRIMARY),
    secretVersions: async () => [{ name: 'admin', own: 'v1', peer: 'v1' }],
    keyObstacle: async () => undefined,
    subnets: { freeAddresses: async () => 4 },
    taskQuotas: async () => ({ own: 100, peer: 100 }),
    replication: { destinations: async () => ['shop-primary'] },
    now: () => new Date('2027-01-01T12:00:00Z'),
    ...changes,
  };
}

const service = (region: string, changes: Partial<ReadinessPorts['service']> = {}): ReadinessPorts['service'] => ({
  state: async () => ({ desiredCount: 1, runningCount: 1, isSteady: true, taskDefinitionArn: 'shop:1' }),
  shape: async () => shapeIn(region),
  runningImages: async () => [DIGEST],
  ...changes,
});

const failing = async (changes: Partial<ReadinessPorts>) => (await lookAtConditions(ports(changes))).filter(({ holds }) => !holds).map(({ name }) => name);
const seenOf = async (name: string, changes: Partial<ReadinessPorts> = {}) => (await lookAtConditions(ports(changes))).find((condition) => condition.name === name)?.seen;
const withInstance = (changes: Parameters<typeof instanceOf>[0]) => ({ instances: new MemoryInstances().add(instanceOf(changes)) });
const atTime = (time: string) => ({ now: () => new Date(`2027-01-01T${time}:00Z`) });

describe('lookAtConditions', () => {
  it('finds every condition of a region that is ready to hold, each with what was seen', async () => {
    const conditions = await lookAtConditions(ports());

    expect(conditions.filter(({ holds }) => !holds)).toEqual([]);
    expect(conditions).toHaveLength(14);
    expect(conditions.every(({ seen }) => seen.length > 0)).toBe(true);
  });

  it.each<[string, Partial<ReadinessPorts>, string]>([
    ['a replica that lost work', { evidence: async () => evidenceOf({ verdict: 'lossy' }) }, 'replica has what the primary sent'],
    ['a stale replica', { evidence: async () => evidenceOf({ verdict: 'stale' }) }, 'replica has what the primary sent'],
    ['a table of the report that is not there', { positions: async () => [{ table: 'app.orders', lastNumber: null, gaps: [], unread: 'relation "app.orders" does not exist' }] }, 'tables by which losses are told can be read'],
    ['no instance', { instances: new MemoryInstances() }, 'replica can be promoted'],
    ['an instance that backs up', withInstance({ status: 'backing-up' }), 'replica can be promoted'],
    ['broken replication', withInstance({ replicationStatus: 'error' }), 'replica can be promoted'],
    ['an instance that is no replica', withInstance({ replicationStatus: undefined }), 'replica can be promoted'],
    ['no task', { service: service(STANDBY, { state: async () => ({ desiredCount: 1, runningCount: 0, isSteady: false, taskDefinitionArn: 'shop:1' }) }) }, 'tasks run here'],
    ['an image of the other region', { service: service(STANDBY, { shape: async () => shapeIn(STANDBY, { containers: shapeIn(PRIMARY).containers }) }) }, 'images lie in this region'],
    ['another image under the same tag', { service: service(STANDBY, { runningImages: async () => [`sha256:${'b'.repeat(64)}`] }) }, 'images are those of the other region'],
    ['two images at once, as in mid-deployment', { service: service(STANDBY, { runningImages: async () => [DIGEST, `sha256:${'b'.repeat(64)}`] }) }, 'images are those of the other region'],
    ['tasks with less memory', { service: service(STANDBY, { shape: async () => shapeIn(STANDBY, { memory: '256' }) }) }, 'task definition is that of the other region'],
    ['a variable that is missing', { service: service(STANDBY, { shape: async () => shapeIn(STANDBY, { containers: shapeIn(STANDBY).containers.map((each) => ({ ...each, variables: ['REGION'] })) }) }) }, 'task definition is that of the other region'],
    ['a password that was changed in one region only', { secretVersions: async () => [{ name: 'admin', own: 'v1', peer: 'v2' }] }, 'credentials are those of the other region'],
    ['a secret that is missing in both', { secretVersions: async () => [{ name: 'app', own: undefined, peer: undefined }] }, 'credentials are those of the other region'],
    ['a key that is disabled', { keyObstacle: async () => 'key mrk-1 is Disabled, not Enabled' }, 'data key can be used'],
    ['too few addresses', { subnets: { freeAddresses: async () => 3 } }, 'addresses are free for all tasks'],
    ['a quota for fewer tasks than load may ask for', { taskQuotas: async () => ({ own: 1, peer: 1 }) }, 'quota allows all tasks'],
    ['a quota that is smaller than the primary’s', { taskQuotas: async () => ({ own: 100, peer: 200 }) }, 'quota allows all tasks'],
    ['objects that nobody would copy back', { replication: { destinations: async () => [] } }, 'objects written here would go to the other region'],
    ['a witness that does not answer', { register: { highest: async () => ({ authority: undefined, answered: 0 }) } }, 'witness answers'],
  ])('finds out %s', async (_case, changes, condition) => {
    expect(await failing(changes)).toEqual([condition]);
  });

  it.each([
    ['an hour and a minute before', '13:59', []],
    ['an hour before', '14:00', ['no backup is near']],
    ['at its beginning', '15:00', ['no backup is near']],
    ['in the middle of it', '15:15', ['no backup is near']],
    ['at its end', '15:30', []],
  ])('minds the backup window %s', async (_case, time, expected) => {
    expect(await failing({ ...atTime(time), ...withInstance({ backupRetentionDays: 1 }) })).toEqual(expected);
  });

  it.each([
    ['23:20', ['no backup is near']],
    ['00:10', ['no backup is near']],
    ['00:30', []],
  ])('minds a backup window over midnight at %s', async (time, expected) => {
    expect(await failing({ ...atTime(time), ...withInstance({ backupRetentionDays: 1 }), backupWindow: '23:45-00:15' })).toEqual(expected);
  });

  it('wakes nobody in the backup window of a replica that takes no backups, as RDS makes them', async () => {
    expect(await failing(atTime('15:15'))).toEqual([]);
  });

  it('passes over a quota that Service Quotas does not tell', async () => {
    expect(await failing({ taskQuotas: async () => ({ own: undefined, peer: undefined }) })).toEqual([]);
  });

  it('counts what cannot be looked at as not ready, and still looks at the rest', async () => {
    const unreachable = async () => Promise.reject(new Error('the other region does not answer'));

    expect(await failing({ peerService: { shape: unreachable, runningImages: unreachable } })).toEqual(['images are those of the other region', 'task definition is that of the other region']);
    expect(await seenOf('images are those of the other region', { peerService: { shape: unreachable, runningImages: unreachable } })).toBe('the other region does not answer');
  });

  it('says in what task definitions differ', async () => {
    const smaller = { service: service(STANDBY, { shape: async () => shapeIn(STANDBY, { cpu: '128', memory: '256' }) }) };

    expect(await seenOf('task definition is that of the other region', smaller)).toMatch(/us-west-2.* and .*ap-southeast-2.* differ in cpu, memory$/);
  });
});
