import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { NotificationWebhook } from './notification-webhook';
import type { RunbookAlarmProps } from './runbook-alarm';

export interface NotificationTopicProps extends Pick<RunbookAlarmProps, 'system' | 'instance'> {
  readonly topicName: string;
  /** Encrypts what waits for delivery; its policy lets CloudWatch alarms use it. */
  readonly key: IKey;
  readonly email: readonly string[];
  /** Receives every notification as JSON by POST, signed. @default nobody does */
  readonly webhookUrl?: string | undefined;
}

/** Where people hear of alarms and of the outcome of runs. */
export class NotificationTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { system, instance, topicName, key, email, webhookUrl }: NotificationTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { topicName, masterKey: key, enforceSSL: true });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    for (const address of email) this.topic.addSubscription(new EmailSubscription(address));
    if (webhookUrl) new NotificationWebhook(this, 'Webhook', { system, instance, topic: this.topic, topicName, url: webhookUrl, key });
  }
}
