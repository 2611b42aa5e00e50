import '../../../support/quiet-telemetry';
import { probeCopy, type ProbeCopyPorts } from '../../../../lambda/redshift-backup/probe-copy';

type Vault = ProbeCopyPorts['vault'];

/** The copy that the probe before asked for. */
function copy(state: string, message?: string) {
  return { id: 'job-1', state, message, createdAt: new Date('2026-06-01T00:00:00Z') };
}

/** A vault with that copy, and what it is asked for. */
function vaultWith(newest: Awaited<ReturnType<Vault['newestCopy']>>, started: Awaited<ReturnType<Vault['startCopy']>> = { jobId: 'job-2' }) {
  const asked: unknown[] = [];
  const vault: Vault = {
    newestCopy: () => Promise.resolve(newest),
    newestRecoveryPoint: () => Promise.resolve('arn:aws:redshift:eu-west-1:111111111111:snapshot:warehouse/awsbackup:job-1'),
    startCopy: (request) => {
      asked.push(request);
      return Promise.resolve(started);
    },
  };
  return { asked, ports: { pipeline: 'warehouse', vault, targetVaultArn: 'arn:aws:backup:eu-west-1:222222222222:backup-vault:copies', roleArn: 'arn:aws:iam::111111111111:role/backup', keepDays: 7 } };
}

describe('probeCopy', () => {
  it('says that copies are supported once one has arrived, and asks for no more', async () => {
    const { ports, asked } = vaultWith(copy('COMPLETED'));

    await expect(probeCopy({}, ports)).resolves.toEqual({ earlier: 'COMPLETED', message: null, supported: true, startedJobId: null });
    expect(asked).toEqual([]);
  });

  test.each([
    ['one has failed', copy('FAILED', 'not supported'), { earlier: 'FAILED', message: 'not supported' }],
    ['one is still under way', copy('RUNNING'), { earlier: 'RUNNING', message: null }],
    ['none was asked for', undefined, { earlier: null, message: null }],
  ])('asks for a copy when %s', async (_how, newest, answer) => {
    const { ports, asked } = vaultWith(newest);

    await expect(probeCopy({}, ports)).resolves.toEqual({ ...answer, supported: false, startedJobId: 'job-2' });
    expect(asked).toEqual([expect.objectContaining({ destinationVaultArn: ports.targetVaultArn, keepDays: 7 })]);
  });

  it('tells in the words of AWS that it was refused at once', async () => {
    const { ports } = vaultWith(undefined, { refusal: 'Copy of Redshift is not supported' });

    await expect(probeCopy({}, ports)).resolves.toEqual({ earlier: null, message: 'Copy of Redshift is not supported', supported: false, startedJobId: null });
  });
});
