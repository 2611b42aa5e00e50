import { PutObjectCommand } from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { servicePrincipal } from '../../gateway/principal';
import type { LoadBalancer } from './load-balancing';

/**
 * Writes the test file that Elastic Load Balancing writes when access logs are switched on, so that the bucket's policy decides.
 *
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
export async function checkLogBucket(cloud: CloudContext, { account, region, arn }: LoadBalancer, attributes: ReadonlyMap<string, string>): Promise<void> {
  if (attributes.get('access_logs.s3.enabled') !== 'true') return;
  const Bucket = attributes.get('access_logs.s3.bucket') ?? '';
  const prefix = attributes.get('access_logs.s3.prefix') ?? '';
  const Key = `${prefix === '' ? '' : `${prefix}/`}AWSLogs/${account}/ELBAccessLogTestFile`;
  try {
    await cloud.as(servicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com', account, arn), { account, region }).send(new PutObjectCommand({ Bucket, Key, Body: `Enable AccessLog for ELB: ${arn}` }));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('InvalidConfigurationRequestException', `Access Denied for bucket: ${Bucket}. Please check S3bucket permission`);
  }
}
