import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnSubscription, type Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ENV } from '../../../lambda/notifications/contract';
import { acknowledge } from '../acknowledge';
import { HandlerFunction } from '../handler-function';
import { LetterBox } from '../letter-box';
import { RunbookAlarm, type RunbookAlarmProps } from './runbook-alarm';

export interface NotificationWebhookProps extends Pick<RunbookAlarmProps, 'system' | 'instance'> {
  readonly topic: Topic;
  readonly topicName: string;
  readonly url: string;
  readonly key: IKey;
}

/** Posts what a topic publishes to a URL, signed with a key that the receiver gets from the secret. What nobody took waits in a queue, of which people hear by e-mail. */
export class NotificationWebhook extends Construct {
  constructor(scope: Construct, id: string, { system, instance, topic, topicName, url, key }: NotificationWebhookProps) {
    super(scope, id);
    const name = `${topicName}-webhook`;
    const secret = new Secret(this, 'SigningKey', {
      secretName: `${name}/signing-key`,
      description: `Signs what ${name} posts: field key`,
      encryptionKey: key,
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'key', excludePunctuation: true },
    });
    acknowledge(secret, 'the receiver has to learn of a new key at the same moment: a person changes it', 'AwsSolutions-SMG4');
    const { queue } = new LetterBox(this, 'Undelivered', { queueName: `${name}-undelivered`, key, retention: Duration.days(14) });
    new RunbookAlarm(this, 'WebhookUndelivered', {
      system,
      instance,
      severity: 'ticket',
      summary: 'The webhook did not take a notification. It went out by e-mail.',
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: Stats.MAXIMUM }),
      threshold: 1,
      whenSilent: 'healthy',
      topic,
    });
    const handler = new HandlerFunction(this, 'Handler', {
      operation: 'notifications/deliver-webhook',
      functionName: name,
      description: `Posts notifications to a webhook`,
      key,
      environment: { [ENV.WEBHOOK_URL]: url, [ENV.SIGNING_SECRET_ARN]: secret.secretArn },
    });
    handler.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] });
    handler.allow({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] });
    handler.allow({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] });
    const { function: fn } = handler;
    new CfnEventInvokeConfig(this, 'Retries', {
      functionName: fn.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: queue.queueArn } },
    }).node.addDependency(handler.role);
    fn.addPermission('Topic', { principal: new ServicePrincipal('sns.amazonaws.com'), sourceArn: topic.topicArn });
    new CfnSubscription(this, 'Subscription', { topicArn: topic.topicArn, protocol: 'lambda', endpoint: fn.functionArn });
  }
}
