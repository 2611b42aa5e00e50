import { CreateVpcEndpointServiceConfigurationCommand, EC2Client, ModifyVpcEndpointServicePermissionsCommand } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client, type BucketLocationConstraint } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { WarehouseProcess } from '../engines/snowflake/process/warehouse-process';
import { ID_TAG } from '../gateway/requested-id';
import type { Place } from '../gateway/service';
import type { LocalCloud } from '../local-cloud';
import { forwardSignedRequest } from './forward-signed-request';

export interface SnowflakeHostProps {
  /** The account identifier that logins must name. */
  readonly accountName: string;
  /** What the driver connects to, such as `xy12345.eu-west-1.privatelink.snowflakecomputing.com`. */
  readonly hostname: string;
  /** The AWS account and region that Snowflake runs this account in. */
  readonly place: Place;
  /** Name of the PrivateLink service that leads to it, as its customers' endpoints name it. */
  readonly endpointService: string;
  /** AWS accounts that may make endpoints for it. */
  readonly customers: readonly string[];
  /** Bucket of the internal stages. */
  readonly stageBucket: string;
}

const HTTPS = 443;
const STAGE_ROLE = 'internal-stage';
const CREDENTIAL_SECONDS = 3600;

/** Starts a Snowflake account that only PrivateLink leads to. Its stages lie in a bucket of the cloud's S3. It ends with the cloud. */
export async function startSnowflakeHost(cloud: LocalCloud, props: SnowflakeHostProps): Promise<WarehouseProcess> {
  const { hostname, place, endpointService, stageBucket: bucket } = props;
  const { account, region } = place;
  const roleArn = await createStage(cloud, props);
  const warehouse = await WarehouseProcess.start({
    accountName: props.accountName,
    clock: cloud.clock,
    tls: await cloud.certificates.issue(hostname),
    callSts: (request) => forwardSignedRequest(cloud.endpoint, request),
    stageCredentials: (prefix) => lendStage(cloud, place, { roleArn, bucket, prefix }),
    // The driver finds the bucket by its name in DNS, as it does at Snowflake.
    stageBucket: { bucket, region, endpoint: cloud.endpoint, endPoint: null, ...cloud.credentials.administratorOf(account) },
  });
  await offerPrivately(cloud, props);
  const localPort = Number(new URL(warehouse.url).port);
  const registration = cloud.services.compute.fabric.registerHost({ name: hostname, port: HTTPS, localPort, placement: { privateLinkService: endpointService } });
  cloud.onStop(async () => {
    registration.remove();
    await warehouse.stop();
  });
  return warehouse;
}

async function createStage(cloud: LocalCloud, { place, stageBucket }: SnowflakeHostProps): Promise<string> {
  const LocationConstraint = place.region as BucketLocationConstraint;
  await cloud.client(S3Client, place).send(new CreateBucketCommand({ Bucket: stageBucket, CreateBucketConfiguration: { LocationConstraint } }));
  const iam = cloud.client(IAMClient, place);
  const trust = policy({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${place.account}:root` }, Action: 'sts:AssumeRole' });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: STAGE_ROLE, AssumeRolePolicyDocument: trust }));
  const access = policy({ Effect: 'Allow', Action: ['s3:PutObject', 's3:GetObject'], Resource: `arn:aws:s3:::${stageBucket}/*` });
  await iam.send(new PutRolePolicyCommand({ RoleName: STAGE_ROLE, PolicyName: 'stage', PolicyDocument: access }));
  return Role?.Arn ?? '';
}

/** Credentials that open one prefix of the bucket and nothing else, as Snowflake hands them to its driver. */
async function lendStage(cloud: LocalCloud, place: Place, { roleArn, bucket, prefix }: { readonly roleArn: string; readonly bucket: string; readonly prefix: string }) {
  const Policy = policy({ Effect: 'Allow', Action: ['s3:PutObject', 's3:GetObject'], Resource: `arn:aws:s3:::${bucket}/${prefix}*` });
  const { Credentials } = await cloud
    .client(STSClient, place)
    .send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'stage', DurationSeconds: CREDENTIAL_SECONDS, Policy }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken = '' } = Credentials ?? {};
  return { accessKeyId, secretAccessKey, sessionToken };
}

async function offerPrivately(cloud: LocalCloud, { place, endpointService, customers }: SnowflakeHostProps): Promise<void> {
  const ec2 = cloud.client(EC2Client, place);
  const id = endpointService.split('.').pop() ?? '';
  const { ServiceConfiguration } = await ec2.send(
    new CreateVpcEndpointServiceConfigurationCommand({
      NetworkLoadBalancerArns: [`arn:aws:elasticloadbalancing:${place.region}:${place.account}:loadbalancer/net/front/1`],
      AcceptanceRequired: false,
      TagSpecifications: [{ ResourceType: 'vpc-endpoint-service', Tags: [{ Key: ID_TAG, Value: id }] }],
    }),
  );
  if (ServiceConfiguration?.ServiceName !== endpointService) throw new Error(`the service is called ${ServiceConfiguration?.ServiceName ?? 'nothing'} in ${place.region}, wanted was ${endpointService}`);
  await ec2.send(new ModifyVpcEndpointServicePermissionsCommand({ ServiceId: id, AddAllowedPrincipals: customers.map((account) => `arn:aws:iam::${account}:root`) }));
}

function policy(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}
