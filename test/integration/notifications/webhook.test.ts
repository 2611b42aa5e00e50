import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildSync } from 'esbuild';
import { readCloudAssembly } from '../../../local/cloud/deploy/cloud-assembly';
import { LocalCloud } from '../../../local/cloud/local-cloud';

const PLACE = { account: '111111111111', region: 'eu-west-1' };
const ROOT = path.resolve(__dirname, '..', '..', '..');
const START_LIMIT_MS = 60_000;
const HOUR_MS = 3_600_000;
const POLL_MS = 10_000;

interface Post {
  readonly body: string;
  readonly signature: string;
}

describe('a webhook of a topic', () => {
  let directory: string;
  let cloud: LocalCloud;
  let receiver: Server;
  let answer: number;
  const posts: Post[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'holdfast-webhook-'));
    const outfile = path.join(directory, 'dist', 'handlers', 'notifications', 'deliver-webhook', 'index.js');
    buildSync({ entryPoints: [path.join(ROOT, 'lambda', 'notifications', 'deliver-webhook.ts')], outfile, bundle: true, platform: 'node', format: 'cjs', keepNames: true });
    const assembly = path.join(directory, 'assembly');
    const tsx = pathToFileURL(require.resolve('tsx')).href;
    execFileSync(process.execPath, ['--import', tsx, path.join(__dirname, 'webhook-app.ts')], { cwd: directory, env: { ...process.env, CDK_OUTDIR: assembly } });
    cloud = await LocalCloud.start();
    receiver = createServer(await cloud.certificates.issue('hooks.example.com'), (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        posts.push({ body: Buffer.concat(chunks).toString(), signature: String(request.headers['holdfast-signature']) });
        response.writeHead(answer).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    cloud.services.compute.fabric.registerHost({ name: 'hooks.example.com', port: 443, localPort: (receiver.address() as AddressInfo).port, placement: 'internet' });
    await cloud.deploy(readCloudAssembly(assembly));
  }, START_LIMIT_MS);

  afterAll(async () => {
    await cloud.stop();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
    rmSync(directory, { recursive: true });
  }, START_LIMIT_MS);

  beforeEach(() => {
    posts.length = 0;
  });

  const publish = (Message: string) => cloud.client(SNSClient, PLACE).send(new PublishCommand({ TopicArn: `arn:aws:sns:${PLACE.region}:${PLACE.account}:notices`, Subject: 'Alarm', Message }));

  /** Lets time pass until the probe says so, for an hour at most. */
  async function until(probe: () => Promise<boolean>): Promise<void> {
    const giveUpAtMs = cloud.clock.nowMs() + HOUR_MS;
    while (!(await probe())) {
      if (cloud.clock.nowMs() > giveUpAtMs) throw new Error('an hour passed in vain');
      await cloud.clock.pass(POLL_MS);
    }
  }

  test(
    'posts what is published, signed with the key in the secret',
    async () => {
      answer = 204;
      await publish('a restore failed');
      const posted = () => posts.find(({ body }) => body.includes('a restore failed'));
      await until(async () => posted() !== undefined);

      const { SecretString = '' } = await cloud.client(SecretsManagerClient, PLACE).send(new GetSecretValueCommand({ SecretId: 'notices-webhook/signing-key' }));
      const { key } = JSON.parse(SecretString) as { key: string };
      const [, time = '', given = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(posted()!.signature) ?? [];
      expect(JSON.parse(posted()!.body)).toMatchObject({ subject: 'Alarm', message: 'a restore failed' });
      expect(given).toBe(createHmac('sha256', key).update(`${time}.${posted()!.body}`).digest('hex'));
    },
    START_LIMIT_MS,
  );

  test(
    'tries three times, then keeps what nobody took and raises an alarm',
    async () => {
      answer = 503;
      await publish('nobody listens');
      const queue = cloud.client(SQSClient, PLACE);
      const QueueUrl = `https://sqs.${PLACE.region}.amazonaws.com/${PLACE.account}/notices-webhook-undelivered`;
      let kept: string | undefined;
      await until(async () => {
        const { Messages: [message] = [] } = await queue.send(new ReceiveMessageCommand({ QueueUrl }));
        kept = message?.Body;
        return kept !== undefined;
      });

      expect(posts.filter(({ body }) => body.includes('nobody listens'))).toHaveLength(3);
      expect(kept).toContain('nobody listens');
      const alarms = cloud.client(CloudWatchClient, PLACE);
      await until(async () => (await alarms.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }))).MetricAlarms?.some(({ AlarmName }) => AlarmName === 'notices/notices/WebhookUndelivered') ?? false);
      expect(cloud.services.authorizer.refusals.map(({ message }) => message)).toEqual([]);
    },
    START_LIMIT_MS,
  );
});
