import type { Place } from '../../gateway/service';

/** Services whose keys AWS manages in every account, by the name in the alias; the value is the service's part of `kms:ViaService`. */
const SERVICES: Readonly<Record<string, string>> = {
  backup: 'backup',
  dynamodb: 'dynamodb',
  ebs: 'ec2',
  elasticfilesystem: 'elasticfilesystem',
  lambda: 'lambda',
  rds: 'rds',
  redshift: 'redshift',
  s3: 's3',
  secretsmanager: 'secretsmanager',
  sns: 'sns',
  sqs: 'sqs',
  ssm: 'ssm',
};

/** What the key behind an alias such as `alias/aws/rds` is like, or nothing when AWS has no such key. */
export function awsManagedKey(alias: string, place: Place): { readonly description: string; readonly policy: string } | undefined {
  const name = /^alias\/aws\/(.+)$/.exec(alias)?.[1] ?? '';
  const service = SERVICES[name];
  if (!service) return undefined;
  return { description: `Default key that protects my data when no other key is defined (${name})`, policy: JSON.stringify(policyOf(name, service, place)) };
}

/**
 * Everybody in the account may use the key through its service, nobody may change it, and no other account can be let in.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key
 */
function policyOf(name: string, service: string, { account, region }: Place): object {
  return {
    Version: '2012-10-17',
    Id: `auto-${name}-2`,
    Statement: [
      {
        Sid: `Allow access through ${name} for all principals in the account that are authorized to use it`,
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:CreateGrant', 'kms:ListGrants', 'kms:DescribeKey'],
        Resource: '*',
        Condition: { StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `${service}.${region}.amazonaws.com` } },
      },
      {
        Sid: 'Allow direct access to key metadata to the account',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
        Resource: '*',
      },
    ],
  };
}
