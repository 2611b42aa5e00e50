import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

export interface SystemKeyProps {
  /** Alias without the `alias/` prefix. */
  readonly alias: string;
  readonly description: string;
  /** Which of AWS's services work with it by themselves: CloudWatch Logs, and alarms that publish to an encrypted topic. @default both */
  readonly users?: readonly ('logs' | 'alarms')[];
}

/** The customer key of a stack: its logs, topic, tables and secrets. Losing it would lose all of them, so it is retained. */
export class SystemKey extends Key {
  constructor(scope: Construct, id: string, { alias, description, users = ['logs', 'alarms'] }: SystemKeyProps) {
    super(scope, id, { alias, description, enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE });
    const { account, region } = Stack.of(this);
    const logs = new PolicyStatement({
      sid: 'LogsOfThisAccount',
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:log-group:*` } },
    });
    const alarms = new PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    });
    for (const user of users) this.addToResourcePolicy({ logs, alarms }[user]);
  }
}
