import type { ResourceProviders } from '../../../../../local/cloud/deploy/resource-provider';
import { deployStack } from '../../../../../local/cloud/deploy/stack-deployment';
import { CloudClock } from '../../../../../local/cloud/gateway/clock';
import type { CloudClient } from '../../../../../local/cloud/gateway/cloud-client';

const MINUTE_MS = 60_000;

describe('deployStack', () => {
  let clock: CloudClock;
  let said: string[];
  beforeEach(() => {
    clock = new CloudClock({ busy: 0, idle: Infinity }, new Date(0));
    said = [];
  });
  afterEach(() => clock.stop());

  const providers: ResourceProviders = {
    'Test::Slow': {
      async create(properties, { logicalId }) {
        properties.texts('After');
        said.push(`begin ${logicalId}`);
        await clock.pass(MINUTE_MS);
        said.push(`end ${logicalId}`);
        return { ref: logicalId };
      },
    },
    'Test::Refused': {
      async create() {
        await clock.pass(MINUTE_MS / 2);
        throw new Error('no');
      },
    },
  };
  const deploy = (resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown>; readonly DependsOn?: string }>>) =>
    deployStack(
      { name: 'Stack', account: '111111111111', region: 'eu-west-1', tags: {}, template: { Resources: resources } },
      { providers, clock, exports: new Map(), aws: { send: () => Promise.reject(new Error('nobody is asked')) } as unknown as CloudClient, assetDirectory: () => '' },
    );

  it('creates side by side what does not depend on each other, and the rest when those are there', async () => {
    const { resources } = await deploy({
      Last: { Type: 'Test::Slow', Properties: { After: [{ Ref: 'One' }, { Ref: 'Other' }] } },
      One: { Type: 'Test::Slow' },
      Other: { Type: 'Test::Slow' },
    });

    expect(said).toEqual(['begin One', 'begin Other', 'end One', 'end Other', 'begin Last', 'end Last']);
    expect(Math.round(clock.nowMs() / MINUTE_MS)).toBe(2);
    expect([...resources.keys()].sort()).toEqual(['Last', 'One', 'Other']);
  });

  it('says what could not be created, when nothing is being created any more', async () => {
    await expect(deploy({ Refused: { Type: 'Test::Refused' }, Waiting: { Type: 'Test::Slow', DependsOn: 'Refused' }, Other: { Type: 'Test::Slow' } })).rejects.toThrow('Stack.Refused (Test::Refused): no');

    expect(said).toEqual(['begin Other', 'end Other']);
  });

  it('refuses resources that refer to each other in a circle', async () => {
    await expect(deploy({ One: { Type: 'Test::Slow', DependsOn: 'Other' }, Other: { Type: 'Test::Slow', DependsOn: 'One' } })).rejects.toThrow(/in a circle: One -> Other -> One/);
  });
});
