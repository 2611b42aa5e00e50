import { checkService } from '../../../../lambda/warm-standby/check-service';
import { checkTraffic } from '../../../../lambda/warm-standby/check-traffic';
import { ServiceNotReady, TrafficElsewhere } from '../../../../lambda/warm-standby/contract';
import type { ProbeTarget, ServiceStatus } from '../../../../lambda/warm-standby/probe-service';
import { PRIMARY, STANDBY, stepOf } from './fixtures';

const SERVES: ServiceStatus = { region: STANDBY, epoch: 2, role: 'active' };
const RUNNING = { desiredCount: 2, runningCount: 2, isSteady: true, taskDefinitionArn: 'shop:1' };

const NOT_SERVING: readonly [string, ServiceStatus | undefined][] = [
  ['nothing answers', undefined],
  ['it answers in an older epoch', { ...SERVES, epoch: 1 }],
  ['it stands by', { ...SERVES, role: 'standby' }],
  ['another region answers', { ...SERVES, region: PRIMARY }],
];

describe('checkService', () => {
  const check = (status: ServiceStatus | undefined, state: typeof RUNNING | undefined = RUNNING, asked: ProbeTarget[] = []) =>
    checkService(stepOf(), {
      region: STANDBY,
      activeTasks: 2,
      loadBalancer: 'shop-1.us-west-2.elb.amazonaws.com',
      recordName: 'shop.example.com',
      service: { state: async () => state },
      probe: async (target) => (asked.push(target), status),
    });

  it('asks its own load balancer, under the name that clients use', async () => {
    const asked: ProbeTarget[] = [];

    await expect(check(SERVES, RUNNING, asked)).resolves.toEqual({ runningCount: 2 });
    expect(asked).toEqual([{ host: 'shop-1.us-west-2.elb.amazonaws.com', serverName: 'shop.example.com' }]);
  });

  it.each(NOT_SERVING)('waits when %s', async (_case, status) => {
    await expect(check(status)).rejects.toThrow(ServiceNotReady);
  });

  it.each([
    ['tasks are missing', { ...RUNNING, runningCount: 1 }],
    ['a deployment is under way', { ...RUNNING, isSteady: false }],
    ['fewer tasks are wanted than it takes', { ...RUNNING, desiredCount: 1, runningCount: 1 }],
  ])('waits when %s', async (_case, state) => {
    await expect(check(SERVES, state)).rejects.toThrow(ServiceNotReady);
  });
});

describe('checkTraffic', () => {
  const check = (status: ServiceStatus | undefined) => checkTraffic(stepOf(), { region: STANDBY, recordName: 'shop.example.com', probe: async ({ host }) => (host === 'shop.example.com' ? status : undefined) });

  it('is content when the public name leads here', async () => {
    await expect(check(SERVES)).resolves.toEqual({ region: STANDBY });
  });

  it.each(NOT_SERVING)('waits when %s', async (_case, status) => {
    await expect(check(status)).rejects.toThrow(TrafficElsewhere);
  });
});
