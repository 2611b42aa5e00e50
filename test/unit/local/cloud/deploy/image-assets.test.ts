import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { readCloudAssembly } from '../../../../../local/cloud/deploy/cloud-assembly';
import { LocalCloud } from '../../../../../local/cloud/local-cloud';
import { imageDirectory } from '../../../../support/container-stack';

const place = { account: '111122223333', region: 'eu-west-1' };
const REPOSITORY = `cdk-hnb659fds-container-assets-${place.account}-${place.region}`;

/** A cloud assembly of one stack with one image, as `cdk synth` writes it. */
function assemblyWithImage(dockerfile?: string): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'holdfast-assembly-'));
  const write = (name: string, content: unknown) => writeFileSync(path.join(directory, name), JSON.stringify(content));
  renameSync(imageDirectory(undefined, dockerfile), path.join(directory, 'asset.abc'));
  write('App.template.json', { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } });
  write('App.assets.json', {
    version: '55.0.0',
    files: {},
    dockerImages: { abc: { source: { directory: 'asset.abc', platform: 'linux/arm64' }, destinations: { here: { repositoryName: REPOSITORY, imageTag: 'abc', region: place.region, assumeRoleArn: `arn:\${AWS::Partition}:iam::${place.account}:role/cdk-hnb659fds-image-publishing-role` } } } },
  });
  write('manifest.json', {
    artifacts: {
      'App.assets': { type: 'cdk:asset-manifest', properties: { file: 'App.assets.json' } },
      App: { type: 'aws:cloudformation:stack', environment: `aws://${place.account}/${place.region}`, properties: { templateFile: 'App.template.json' }, dependencies: ['App.assets'] },
    },
  });
  return directory;
}

describe('the images of a stack', () => {
  let cloud: LocalCloud;
  beforeEach(async () => {
    cloud = await LocalCloud.start();
  });
  afterEach(() => cloud.stop());

  it('are built and pushed into the bootstrap repository before the stack is created', async () => {
    await cloud.deploy(readCloudAssembly(assemblyWithImage()));

    const { imageDetails } = await cloud.client(ECRClient, place).send(new DescribeImagesCommand({ repositoryName: REPOSITORY }));
    expect(imageDetails).toMatchObject([{ imageTags: ['abc'], imageDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string }]);
    expect(imageDetails![0]!.imageSizeInBytes).toBeGreaterThan(100);
  });

  it('are pushed once, however often the stack is deployed', async () => {
    const directory = assemblyWithImage();
    await cloud.deploy({ ...readCloudAssembly(directory), stacks: readCloudAssembly(directory).stacks.map((stack) => ({ ...stack, name: 'first' })) });
    await cloud.deploy({ ...readCloudAssembly(directory), stacks: readCloudAssembly(directory).stacks.map((stack) => ({ ...stack, name: 'second' })) });

    expect((await cloud.client(ECRClient, place).send(new DescribeImagesCommand({ repositoryName: REPOSITORY }))).imageDetails).toHaveLength(1);
  });

  it('stop the deployment when they cannot be built, with what is not understood', async () => {
    await expect(cloud.deploy(readCloudAssembly(assemblyWithImage('FROM node:24\nRUN npm ci')))).rejects.toThrow('RUN: the local cloud builds images with');
  });
});
