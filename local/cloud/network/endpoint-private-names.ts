/** Services whose API has another name than their endpoint service. https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
const API_NAMES: Readonly<Record<string, readonly string[]>> = {
  'ecr.api': ['api.ecr'],
  'ecr.dkr': ['*.dkr.ecr'],
  'sagemaker.api': ['api.sagemaker'],
  'sagemaker.runtime': ['runtime.sagemaker'],
  s3: ['s3', '*.s3'],
  dynamodb: ['dynamodb', '*.ddb'],
  'execute-api': ['*.execute-api'],
};

/** The host names that an interface endpoint for an AWS service answers to in its VPC, when private DNS is on. */
export function privateNamesOf(serviceName: string): readonly string[] {
  const match = /^com\.amazonaws\.([a-z0-9-]+)\.(.+)$/.exec(serviceName);
  if (!match || match[1] === 'vpce') return [];
  const [, region = '', service = ''] = match;
  return (API_NAMES[service] ?? [service]).map((name) => `${name}.${region}.amazonaws.com`);
}

/** Whether the host is one of the names; an asterisk stands for the labels before. */
export function matchesName(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1 : pattern === host;
}
