import { App } from 'aws-cdk-lib';
import { HoldfastStack } from '../../../lib/shared/holdfast-stack';
import { NotificationTopic } from '../../../lib/shared/monitoring/notification-topic';
import { SystemKey } from '../../../lib/shared/system-key';

/** An app of one topic with a webhook. Where it is synthesized to and which account it is for comes from CDK's own variables. */
const app = new App();
const stack = new HoldfastStack(app, 'notices', { env: { account: '111111111111', region: 'eu-west-1' }, system: 'notices' });
const key = new SystemKey(stack, 'Key', { alias: 'notices', description: 'Notices' });
new NotificationTopic(stack, 'Notifications', { system: 'notices', instance: 'notices', topicName: 'notices', key, email: ['somebody@example.com'], webhookUrl: 'https://hooks.example.com/db' });
app.synth();
