/** An API of AWS, by the name of its endpoint. */
export interface AwsEndpoint {
  /** As endpoint services call it, such as `secretsmanager` or `ecr.api`. */
  readonly service: string;
  /** `aws-global` for services with one endpoint for all regions. */
  readonly region: string;
}

const REGION = '[a-z]{2}(?:-[a-z]+)+-\\d';
const S3 = new RegExp(`^(?:.+\\.)?s3[.-](?:dualstack\\.)?(${REGION})\\.amazonaws\\.com$`);
const S3_GLOBAL = /^(?:.+\.)?s3\.amazonaws\.com$/;
/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-account-endpoints.html */
const DYNAMODB_OF_ACCOUNT = new RegExp(`^\\d{12}\\.ddb\\.(${REGION})\\.amazonaws\\.com$`);
const REGIONAL = new RegExp(`^([a-z0-9.-]+)\\.(${REGION})\\.(?:amazonaws\\.com|api\\.aws)$`);
const GLOBAL = /^([a-z0-9-]+)\.amazonaws\.com$/;

/** Endpoint names whose first parts stand the other way round in the name of the endpoint service. */
const REVERSED = new Map([
  ['api.ecr', 'ecr.api'],
  ['runtime.sagemaker', 'sagemaker.runtime'],
]);

/** Reads the host name of an AWS API endpoint; nothing for any other host. https://docs.aws.amazon.com/general/latest/gr/rande.html */
export function parseAwsEndpoint(host: string): AwsEndpoint | undefined {
  const name = host.toLowerCase();
  const s3 = S3.exec(name);
  if (s3) return { service: 's3', region: s3[1] ?? '' };
  if (S3_GLOBAL.test(name)) return { service: 's3', region: 'us-east-1' };
  const dynamodb = DYNAMODB_OF_ACCOUNT.exec(name);
  if (dynamodb) return { service: 'dynamodb', region: dynamodb[1] ?? '' };
  const regional = REGIONAL.exec(name);
  if (regional) {
    const service = (regional[1] ?? '').replace(/-fips$/, '');
    return { service: REVERSED.get(service) ?? service, region: regional[2] ?? '' };
  }
  const global = GLOBAL.exec(name);
  return global ? { service: global[1] ?? '', region: 'aws-global' } : undefined;
}
