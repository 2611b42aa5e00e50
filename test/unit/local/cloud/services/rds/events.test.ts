import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateDBClusterSnapshotCommand, CreateEventSubscriptionCommand, DescribeEventsCommand } from '@aws-sdk/client-rds';
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { allow, policyText } from '../../../../../support/role-session';
import { DatabaseCloud, ORDERS } from './rds-fixture';

describe('events', () => {
  let database: DatabaseCloud;
  beforeAll(async () => {
    database = await DatabaseCloud.start(ORDERS);
  });
  afterAll(() => database.stop());

  it('tell the story of a cluster and its snapshot, by source and category', async () => {
    const rds = database.client(ORDERS);
    await database.createCluster(ORDERS, 'told');
    await rds.send(new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: 'told', DBClusterSnapshotIdentifier: 'told-1' }));
    await database.untilSnapshot(ORDERS, 'told-1');

    const ofCluster = await rds.send(new DescribeEventsCommand({ SourceType: 'db-cluster', SourceIdentifier: 'told' }));
    const ofSnapshot = await rds.send(new DescribeEventsCommand({ SourceType: 'db-cluster-snapshot', SourceIdentifier: 'told-1', EventCategories: ['backup'] }));

    expect(ofCluster.Events!.map(({ Message }) => Message)).toEqual(['DB cluster created']);
    expect(ofSnapshot.Events!.map(({ Message }) => Message)).toEqual(['Creating manual cluster snapshot', 'Manual cluster snapshot created']);
    await expect(rds.send(new DescribeEventsCommand({ SourceIdentifier: 'told' }))).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  });

  it('are forgotten by the list after an hour, unless asked for', async () => {
    const rds = database.client(ORDERS);
    await database.createCluster(ORDERS, 'older');
    await database.passMinutes(61);

    const byDefault = await rds.send(new DescribeEventsCommand({ SourceType: 'db-cluster', SourceIdentifier: 'older' }));
    const longer = await rds.send(new DescribeEventsCommand({ SourceType: 'db-cluster', SourceIdentifier: 'older', Duration: 120 }));

    expect([byDefault.Events!.length, longer.Events!.length]).toEqual([0, 1]);
  });

  it('reach a topic that lets RDS publish', async () => {
    const sns = database.cloud.client(SNSClient, ORDERS);
    const sqs = database.cloud.client(SQSClient, ORDERS);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'database-events' }));
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue: policyText(allow('sns:Publish', TopicArn, { Principal: { Service: 'events.rds.amazonaws.com' } })) }));
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'reader' }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const queueArn = Attributes!['QueueArn']!;
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: policyText(allow('sqs:SendMessage', queueArn, { Principal: { Service: 'sns.amazonaws.com' } })) } }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn, Attributes: { RawMessageDelivery: 'true' } }));
    await database.client(ORDERS).send(new CreateEventSubscriptionCommand({ SubscriptionName: 'creations', SnsTopicArn: TopicArn, SourceType: 'db-cluster', EventCategories: ['creation'] }));

    await database.createCluster(ORDERS, 'announced');
    await database.passMinutes(1);
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));

    expect(Messages!.map(({ Body }) => JSON.parse(Body!) as object)).toMatchObject([{ 'Event ID': 'RDS-EVENT-0170', 'Source ID': 'announced', 'Event Message': 'DB cluster created' }]);
  });

  it('are put on the default bus in the form of AWS', async () => {
    const bus = database.cloud.client(EventBridgeClient, ORDERS);
    const sqs = database.cloud.client(SQSClient, ORDERS);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'watcher' }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const Arn = Attributes!['QueueArn']!;
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: policyText(allow('sqs:SendMessage', Arn, { Principal: { Service: 'events.amazonaws.com' } })) } }));
    await bus.send(new PutRuleCommand({ Name: 'snapshots', EventPattern: JSON.stringify({ source: ['aws.rds'], 'detail-type': ['RDS DB Cluster Snapshot Event'], detail: { EventID: ['RDS-EVENT-0075'] } }) }));
    await bus.send(new PutTargetsCommand({ Rule: 'snapshots', Targets: [{ Id: 'queue', Arn }] }));

    await database.createCluster(ORDERS, 'watched');
    await database.client(ORDERS).send(new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: 'watched', DBClusterSnapshotIdentifier: 'watched-1' }));
    await database.untilSnapshot(ORDERS, 'watched-1');
    await database.passMinutes(1);
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));

    expect(Messages!.map(({ Body }) => JSON.parse(Body!) as object)).toMatchObject([
      {
        resources: ['arn:aws:rds:eu-west-1:111111111111:cluster-snapshot:watched-1'],
        detail: { EventCategories: ['backup'], SourceType: 'CLUSTER_SNAPSHOT', SourceIdentifier: 'watched-1', Message: 'Manual cluster snapshot created', EventID: 'RDS-EVENT-0075' },
      },
    ]);
  });
});
