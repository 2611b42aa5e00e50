import { GetRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { PutObjectCommand, S3Client, type S3ServiceException } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Stage } from '../../rehearsal/stage';
import type { PipelineOnStage } from './pipeline-on-stage';
import type { AuroraRestoreWorld } from './world';

/** Whoever owns the source may become the role that writes manifests: what a capture has written stays what it is. */
export async function manifestCannotBeReplaced(stage: Stage<AuroraRestoreWorld>, pipeline: PipelineOnStage): Promise<void> {
  const { place, config } = pipeline.source;
  const [capture = ''] = await pipeline.captures();
  const object = { Bucket: `${config.name}-manifests-${pipeline.target.account}-${place.region}`, Key: `${capture}/before.json`, Body: '{}' };
  const RoleName = pipeline.functionName('take-manifest');
  stage.expectRefusals(new RegExp(`${RoleName}.*s3:PutObject`, 's'));
  const answers = await stage.step(`the owner of the source takes the role ${RoleName} over and writes ${object.Key} again`, () =>
    asOwnerOfRole(stage, pipeline, RoleName, async (s3) => [await refusal(s3, new PutObjectCommand(object)), await refusal(s3, new PutObjectCommand({ ...object, IfNoneMatch: '*' }))]),
  );
  stage.check(answers.join(' ') === '403 412', 'it may write only what is not there yet, and this manifest is there', ...answers.map(String));
}

async function asOwnerOfRole<T>(stage: Stage<AuroraRestoreWorld>, { source: { place } }: PipelineOnStage, RoleName: string, work: (s3: S3Client) => Promise<T>): Promise<T> {
  const iam = stage.client(IAMClient, place);
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${place.account}:root` }, Action: 'sts:AssumeRole' }] };
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(trust) }));
  try {
    const { Credentials } = await stage.client(STSClient, place).send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'owner' }));
    const credentials = { accessKeyId: Credentials?.AccessKeyId ?? '', secretAccessKey: Credentials?.SecretAccessKey ?? '', sessionToken: Credentials?.SessionToken ?? '' };
    return await work(new S3Client({ region: place.region, endpoint: stage.cloud.endpoint, credentials, forcePathStyle: true }));
  } finally {
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '') }));
  }
}

/** The status with which S3 refuses to write; nothing when it writes. */
async function refusal(s3: S3Client, command: PutObjectCommand): Promise<number | undefined> {
  return s3.send(command).then(
    () => undefined,
    (error: unknown) => (error as S3ServiceException).$metadata.httpStatusCode,
  );
}
