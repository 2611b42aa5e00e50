import { ENV } from '../../../../lambda/aurora-restore/contract';
import { Journal } from '../../../../lambda/aurora-restore/journal';
import { settingsOf, sourceTarget } from '../../../../lambda/aurora-restore/settings';
import { Env } from '../../../../lambda/common/env';
import { InvalidEnvironment } from '../../../../lambda/common/errors';
import { OPERATION, SETTINGS } from './fixtures';
import { MemoryAudit } from './memory-audit';

const ENVIRONMENT = { [ENV.PIPELINE]: SETTINGS.pipeline, [ENV.TARGET_CLUSTER]: SETTINGS.targetCluster, [ENV.SOURCE_DELETABLE]: 'true', [ENV.ON_FAILURE]: 'remove' };

describe('settingsOf', () => {
  it('reads what the stack has set', () => {
    expect(settingsOf(new Env(ENVIRONMENT))).toEqual(SETTINGS);
  });

  test.each(['false', 'TRUE', '1', 'yes'])('lets nothing but true allow deletions: %s', (value) => {
    expect(settingsOf(new Env({ ...ENVIRONMENT, [ENV.SOURCE_DELETABLE]: value })).sourceDeletable).toBe(false);
  });

  it('refuses an answer to failure that is none', () => {
    const settings = () => settingsOf(new Env({ ...ENVIRONMENT, [ENV.ON_FAILURE]: 'ignore' }));

    expect(settings).toThrow(InvalidEnvironment);
    expect(settings).toThrow('environment variable ON_FAILURE: "ignore" is not allowed, expected remove or keep');
  });

  test.each(Object.keys(ENVIRONMENT))('names %s when it is missing', (name) => {
    expect(() => settingsOf(new Env({ ...ENVIRONMENT, [name]: undefined }))).toThrow(`environment variable ${name} is not set`);
  });
});

describe('sourceTarget', () => {
  it('acts in the source’s region, as the function itself within one account', () => {
    expect(sourceTarget(new Env({ [ENV.SOURCE_REGION]: 'eu-west-1' }))).toEqual({ region: 'eu-west-1', role: undefined });
  });

  it('acts through the role of the source’s account, named as the function, with the pipeline as the shared word', () => {
    const env = new Env({ [ENV.SOURCE_REGION]: 'eu-west-1', [ENV.SOURCE_ROLE_ARN]: 'arn:of:role', [ENV.PIPELINE]: 'orders', AWS_LAMBDA_FUNCTION_NAME: 'aurora-restore-orders-copy-snapshot' });

    expect(sourceTarget(env)).toEqual({ region: 'eu-west-1', role: { arn: 'arn:of:role', externalId: 'orders', sessionName: 'aurora-restore-orders-copy-snapshot' } });
  });

  it('never falls back to a region of its own', () => {
    expect(() => sourceTarget(new Env({ AWS_REGION: 'us-west-2' }))).toThrow(ENV.SOURCE_REGION);
  });
});

describe('Journal', () => {
  it('shows each event of the audit in the state table', async () => {
    const notes: unknown[] = [];
    const audit = new MemoryAudit();
    const journal = new Journal({ audit, states: { note: async (operationId, changes) => void notes.push([operationId, changes]) } });

    const event = await journal.append(OPERATION, { type: 'SnapshotChosen', status: 'succeeded', details: {} });

    expect(await journal.events(OPERATION)).toEqual([event]);
    expect(notes).toEqual([[OPERATION, { state: 'SnapshotChosen' }]]);
  });
});
