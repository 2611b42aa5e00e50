import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Bucket } from '../../../../../lambda/common/aws/bucket';
import { ConcurrentChange } from '../../../../../lambda/common/errors';
import { parseFaultRule } from '../../../../../local/cloud/gateway/faults';
import { LocalCloud } from '../../../../../local/cloud/local-cloud';

const place = { account: '111111111111', region: 'eu-west-1' };

describe('Bucket', () => {
  let cloud: LocalCloud;
  let bucket: Bucket;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    const client = cloud.client(S3Client, place);
    await client.send(new CreateBucketCommand({ Bucket: 'evidence', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    bucket = new Bucket(client, 'evidence');
  });
  afterAll(() => cloud.stop());
  afterEach(() => cloud.faults.clear());

  it('gives back what was written, and nothing for what was not', async () => {
    await bucket.writeJson('run-1/proof.json', { verdict: 'PROVEN', names: ['Größe "x"'] });

    expect(await bucket.readJson('run-1/proof.json')).toEqual({ verdict: 'PROVEN', names: ['Größe "x"'] });
    expect(await bucket.readJson('run-1/none.json')).toBeUndefined();
  });

  it('writes an object once: the first stays', async () => {
    expect(await bucket.writeJsonOnce('capture/before.json', { rows: 1 })).toBe(true);
    expect(await bucket.writeJsonOnce('capture/before.json', { rows: 2 })).toBe(false);
    expect(await bucket.readJson('capture/before.json')).toEqual({ rows: 1 });
  });

  it('asks to be tried again while somebody else writes the object', async () => {
    cloud.faults.add(parseFaultRule('s3:PutObject#1x*=error:ConditionalRequestConflict:409'));

    await expect(bucket.writeJsonOnce('capture/after.json', {})).rejects.toThrow(ConcurrentChange);
  });

  it('passes on what is neither', async () => {
    cloud.faults.add(parseFaultRule('s3:*#1x*=error:AccessDenied:403'));

    await expect(bucket.writeJsonOnce('x.json', {})).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(bucket.readJson('x.json')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
