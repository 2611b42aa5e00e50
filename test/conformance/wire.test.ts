import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { LocalCloud } from '../../local/cloud/local-cloud';

const run = promisify(execFile);
const ACCOUNT = '111111111111';
const TIME_LIMIT_MS = 120_000;

const hasBoto = spawnSync('python3', ['-c', 'import boto3'], { stdio: 'ignore' }).status === 0;
const hasCli = spawnSync('aws', ['--version'], { stdio: 'ignore' }).status === 0;
if (!hasBoto) process.stderr.write('\nSKIPPED: Python with boto3 is not installed, so answers of the gateway were NOT compared with botocore’s models.\n\n');
if (!hasCli) process.stderr.write('\nSKIPPED: the AWS CLI is not installed, so it was NOT pointed at the local cloud.\n\n');

describe('the gateway', () => {
  let cloud: LocalCloud | undefined;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  }, TIME_LIMIT_MS);
  afterAll(() => cloud?.stop(), TIME_LIMIT_MS);

  test(
    `answers ${hasBoto ? 'as' : '(SKIPPED, no boto3) as'} botocore’s models say`,
    async () => {
      if (!cloud || !hasBoto) return;
      const { accessKeyId, secretAccessKey } = cloud.credentials.administratorOf(ACCOUNT);
      const { stdout } = await run('python3', [path.join(__dirname, 'botocore-check.py'), cloud.endpoint, accessKeyId, secretAccessKey]);

      const { calls, found } = JSON.parse(stdout) as { calls: number; found: Record<string, string[]> };
      expect(calls).toBeGreaterThan(40);
      expect(found).toEqual({});
      expect(cloud.defects).toEqual([]);
    },
    TIME_LIMIT_MS,
  );

  test.each([
    ['rds', 'describe-db-clusters', 'DBClusters'],
    ['rds', 'describe-db-cluster-snapshots', 'DBClusterSnapshots'],
    ['stepfunctions', 'list-state-machines', 'stateMachines'],
    ['sts', 'get-caller-identity', 'Account'],
  ])(
    `${hasCli ? 'serves' : '(SKIPPED, no AWS CLI) serves'} \`aws %s %s\``,
    async (service, command, member) => {
      if (!cloud || !hasCli) return;
      const { accessKeyId, secretAccessKey } = cloud.credentials.administratorOf(ACCOUNT);
      const env = { ...process.env, AWS_ENDPOINT_URL: cloud.endpoint, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_DEFAULT_REGION: 'eu-west-1' };

      const { stdout } = await run('aws', [service, command, '--output', 'json'], { env });

      expect(JSON.parse(stdout)).toHaveProperty(member);
    },
    TIME_LIMIT_MS,
  );
});
