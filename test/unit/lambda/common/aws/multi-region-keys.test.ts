import { DescribeKeyCommand, GetKeyRotationStatusCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { MultiRegionKeys } from '../../../../../lambda/common/aws/multi-region-keys';
import { LocalCloud } from '../../../../../local/cloud/local-cloud';

const place = { account: '111111111111', region: 'eu-west-1' };
const replicaRegion = 'eu-central-1';
const PROPS = { alias: 'alias/warm-standby-shop-data', description: 'Data of shop', replicaRegion };

describe('a key of two regions', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  });
  afterAll(() => cloud.stop());

  it('is made once, rotated, and found in both under one id', async () => {
    const kms = cloud.client(KMSClient, place);
    const keys = new MultiRegionKeys(kms);

    const ids = [await keys.ensure(PROPS), await keys.ensure(PROPS)];

    expect(ids[1]).toBe(ids[0]);
    expect((await kms.send(new ListKeysCommand({}))).Keys).toHaveLength(1);
    expect(await kms.send(new GetKeyRotationStatusCommand({ KeyId: ids[0] }))).toMatchObject({ KeyRotationEnabled: true });
    const { KeyMetadata } = await cloud.client(KMSClient, { ...place, region: replicaRegion }).send(new DescribeKeyCommand({ KeyId: ids[0] }));
    expect(KeyMetadata?.MultiRegionConfiguration).toMatchObject({ MultiRegionKeyType: 'REPLICA' });
  });
});
