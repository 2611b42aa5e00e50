import { PutObjectCommand } from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { accountRoot, servicePrincipal, type Principal } from '../../gateway/principal';
import type { LoadBalancer } from './load-balancing';

/** The accounts that older bucket policies let in, by region. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html */
const LOG_ACCOUNTS: Readonly<Record<string, string>> = {
  'us-east-1': '127311923021',
  'us-east-2': '033677994240',
  'us-west-1': '027434742980',
  'us-west-2': '797873946194',
  'af-south-1': '098369216593',
  'ap-east-1': '754344448648',
  'ap-south-1': '718504428378',
  'ap-northeast-1': '582318560864',
  'ap-northeast-2': '600734575887',
  'ap-northeast-3': '383597477331',
  'ap-southeast-1': '114774131450',
  'ap-southeast-2': '783225319266',
  'ca-central-1': '985666609251',
  'eu-central-1': '054676820928',
  'eu-north-1': '897822967062',
  'eu-south-1': '635631232127',
  'eu-west-1': '156460612806',
  'eu-west-2': '652711504416',
  'eu-west-3': '009996457667',
  'me-south-1': '076674570225',
  'sa-east-1': '507241528517',
};

/** Writes the test file that Elastic Load Balancing writes when access logs are switched on, so that the bucket's policy decides. */
export async function checkLogBucket(cloud: CloudContext, { account, region, arn }: LoadBalancer, attributes: ReadonlyMap<string, string>): Promise<void> {
  if (attributes.get('access_logs.s3.enabled') !== 'true') return;
  const Bucket = attributes.get('access_logs.s3.bucket') ?? '';
  const prefix = attributes.get('access_logs.s3.prefix') ?? '';
  const Key = `${prefix === '' ? '' : `${prefix}/`}AWSLogs/${account}/ELBAccessLogTestFile`;
  const put = new PutObjectCommand({ Bucket, Key, Body: `Enable AccessLog for ELB: ${arn}` });
  const logAccount = LOG_ACCOUNTS[region];
  const writers: readonly Principal[] = [servicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com', account, arn), ...(logAccount === undefined ? [] : [accountRoot(logAccount)])];
  for (const writer of writers) {
    try {
      await cloud.as(writer, { account: writer.account, region }).send(put);
      return;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  }
  throw new AwsError('InvalidConfigurationRequestException', `Access Denied for bucket: ${Bucket}. Please check S3bucket permission`);
}
