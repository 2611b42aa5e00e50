import { AwsError } from '../../gateway/aws-error';

/** The roles that AWS services have of themselves, by service. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html */
const ROLE_NAMES: Readonly<Record<string, string>> = {
  'backup.amazonaws.com': 'AWSServiceRoleForBackup',
  'config.amazonaws.com': 'AWSServiceRoleForConfig',
  'ecs.amazonaws.com': 'AWSServiceRoleForECS',
  'guardduty.amazonaws.com': 'AWSServiceRoleForAmazonGuardDuty',
  'rds.amazonaws.com': 'AWSServiceRoleForRDS',
  'redshift.amazonaws.com': 'AWSServiceRoleForRedshift',
  'reports.backup.amazonaws.com': 'AWSServiceRoleForBackupReports',
};

/** What a role is like that belongs to a service. */
export interface ServiceLinkedRole {
  readonly name: string;
  readonly path: string;
  readonly trustPolicy: string;
}

/** The role of a service; fails for a service that has none. */
export function serviceLinkedRole(service: string, customSuffix?: string): ServiceLinkedRole {
  const name = ROLE_NAMES[service];
  if (name === undefined) throw new AwsError('InvalidInputException', `Service role for ${service} cannot be created here; known are ${Object.keys(ROLE_NAMES).join(', ')}.`);
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
  return {
    name: customSuffix === undefined ? name : `${name}_${customSuffix}`,
    path: `/aws-service-role/${service}/`,
    trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  };
}
