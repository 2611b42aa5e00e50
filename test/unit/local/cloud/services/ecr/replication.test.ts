import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImageReplicationStatusCommand,
  DescribeImagesCommand,
  ECRClient,
  PutReplicationConfigurationCommand,
  PutRegistryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { imageDirectory } from '../../../../../support/container-stack';
import { actAs, allow } from '../../../../../support/role-session';

const source = { account: '111122223333', region: 'eu-west-1' };
const copy = { ...source, region: 'us-west-2' };
const vault = { account: '444455556666', region: 'us-west-2' };

describe('an image', () => {
  let cloud: LocalCloud;
  let ecr: ECRClient;
  let directory: string;

  beforeAll(() => {
    directory = imageDirectory();
  });
  beforeEach(async () => {
    cloud = await LocalCloud.start();
    ecr = cloud.client(ECRClient, source);
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  });
  afterEach(async () => {
    await cloud.stop();
    expect(cloud.defects).toEqual([]);
  });

  const push = (tag: string) => cloud.services.containers.ecr.images.publish({ place: source, repositoryName: 'web', tag, directory });
  const replicateTo = (...places: readonly { account: string; region: string }[]) =>
    ecr.send(new PutReplicationConfigurationCommand({ replicationConfiguration: { rules: [{ destinations: places.map(({ account, region }) => ({ registryId: account, region })) }] } }));
  const statuses = async (imageTag: string) => (await ecr.send(new DescribeImageReplicationStatusCommand({ repositoryName: 'web', imageId: { imageTag } }))).replicationStatuses!.map(({ status }) => status);
  const digestsIn = async (place: typeof copy) => (await cloud.client(ECRClient, place).send(new DescribeImagesCommand({ repositoryName: 'web' }))).imageDetails!.map(({ imageDigest }) => imageDigest);

  it('has the same digest however often it is built, and arrives in another region after a while', async () => {
    await replicateTo(copy);
    const digest = await push('v1');
    expect(await push('v2')).toBe(digest);
    expect(await statuses('v1')).toEqual(['IN_PROGRESS']);
    await expect(digestsIn(copy)).rejects.toMatchObject({ name: 'RepositoryNotFoundException' });

    await cloud.clock.pass(60_000);
    expect(await statuses('v1')).toEqual(['COMPLETE']);
    expect(await digestsIn(copy)).toEqual([digest]);
  });

  it('does not arrive while the region is lost or its arrival is stopped, and does afterwards', async () => {
    await replicateTo(copy);
    await cloud.regions.lose('us-west-2');
    await push('v1');
    await cloud.clock.pass(10 * 60_000);
    expect(await statuses('v1')).toEqual(['IN_PROGRESS']);

    await cloud.regions.restore('us-west-2');
    const resume = cloud.services.containers.ecr.replication.stop('us-west-2');
    await cloud.clock.pass(10 * 60_000);
    expect(await statuses('v1')).toEqual(['IN_PROGRESS']);
    resume();
    await cloud.clock.pass(60_000);
    expect(await statuses('v1')).toEqual(['COMPLETE']);
  });

  it('reaches another account only when its registry lets it in', async () => {
    await replicateTo(vault);
    await push('v1');
    await cloud.clock.pass(60_000);
    expect(await statuses('v1')).toEqual(['FAILED']);

    const statement = { Sid: 'in', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${source.account}:root` }, Action: ['ecr:CreateRepository', 'ecr:ReplicateImage'], Resource: `arn:aws:ecr:us-west-2:${vault.account}:repository/*` };
    await cloud.client(ECRClient, vault).send(new PutRegistryPolicyCommand({ policyText: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) }));
    await push('v2');
    await cloud.clock.pass(60_000);
    expect(await statuses('v2')).toEqual(['COMPLETE']);
    expect(await digestsIn(vault)).toHaveLength(1);
  });

  it('is pulled by who may pull from its repository', async () => {
    await push('v1');
    const pull = new BatchGetImageCommand({ repositoryName: 'web', imageIds: [{ imageTag: 'v1' }] });
    const puller = await actAs(cloud, source.account, 'puller', [allow('ecr:BatchGetImage', `arn:aws:ecr:eu-west-1:${source.account}:repository/web`)]);
    const stranger = await actAs(cloud, source.account, 'stranger', [allow('ecr:BatchGetImage', `arn:aws:ecr:eu-west-1:${source.account}:repository/other`)]);

    expect((await puller.client(ECRClient, 'eu-west-1').send(pull)).images).toHaveLength(1);
    await expect(stranger.client(ECRClient, 'eu-west-1').send(pull)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
