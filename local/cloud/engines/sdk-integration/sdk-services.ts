/** A service as SDK integrations name it. */
export interface SdkService {
  /** How requests are signed, which is also how the local cloud calls the service. */
  readonly signingName: string;
  /** The part of error names before the dot. */
  readonly errorPrefix: string;
}

/** By the names in `arn:aws:states:::aws-sdk:<name>:<action>`. https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html */
export const SDK_SERVICES: Readonly<Record<string, SdkService>> = {
  applicationautoscaling: { signingName: 'application-autoscaling', errorPrefix: 'ApplicationAutoScaling' },
  backup: { signingName: 'backup', errorPrefix: 'Backup' },
  cloudformation: { signingName: 'cloudformation', errorPrefix: 'CloudFormation' },
  cloudwatch: { signingName: 'monitoring', errorPrefix: 'CloudWatch' },
  cloudwatchlogs: { signingName: 'logs', errorPrefix: 'CloudWatchLogs' },
  dynamodb: { signingName: 'dynamodb', errorPrefix: 'DynamoDb' },
  ec2: { signingName: 'ec2', errorPrefix: 'Ec2' },
  ecs: { signingName: 'ecs', errorPrefix: 'Ecs' },
  elasticloadbalancingv2: { signingName: 'elasticloadbalancing', errorPrefix: 'ElasticLoadBalancingV2' },
  eventbridge: { signingName: 'events', errorPrefix: 'EventBridge' },
  iam: { signingName: 'iam', errorPrefix: 'Iam' },
  kms: { signingName: 'kms', errorPrefix: 'Kms' },
  lambda: { signingName: 'lambda', errorPrefix: 'Lambda' },
  rds: { signingName: 'rds', errorPrefix: 'Rds' },
  redshift: { signingName: 'redshift', errorPrefix: 'Redshift' },
  redshiftdata: { signingName: 'redshift-data', errorPrefix: 'RedshiftData' },
  redshiftserverless: { signingName: 'redshift-serverless', errorPrefix: 'RedshiftServerless' },
  route53: { signingName: 'route53', errorPrefix: 'Route53' },
  s3: { signingName: 's3', errorPrefix: 'S3' },
  scheduler: { signingName: 'scheduler', errorPrefix: 'Scheduler' },
  secretsmanager: { signingName: 'secretsmanager', errorPrefix: 'SecretsManager' },
  servicequotas: { signingName: 'servicequotas', errorPrefix: 'ServiceQuotas' },
  sfn: { signingName: 'states', errorPrefix: 'Sfn' },
  sns: { signingName: 'sns', errorPrefix: 'Sns' },
  sqs: { signingName: 'sqs', errorPrefix: 'Sqs' },
  ssm: { signingName: 'ssm', errorPrefix: 'Ssm' },
  sts: { signingName: 'sts', errorPrefix: 'Sts' },
  xray: { signingName: 'xray', errorPrefix: 'XRay' },
};
