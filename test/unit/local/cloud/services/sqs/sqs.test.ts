import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';

const place = { account: '111111111111', region: 'eu-west-1' };
const SECOND = 1000;
const DAY = 86_400_000;

describe('SQS', () => {
  let cloud: LocalCloud;
  let sqs: SQSClient;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    sqs = cloud.client(SQSClient, place);
  });
  afterAll(() => cloud.stop());

  const arnOf = (name: string) => `arn:aws:sqs:${place.region}:${place.account}:${name}`;
  const create = async (QueueName: string, Attributes = {}) => (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!;
  const send = (QueueUrl: string, MessageBody: string, more = {}) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  const receive = async (QueueUrl: string) => (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] }))).Messages ?? [];
  const attributes = async (QueueUrl: string) => (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes!;

  it('hands a message out once, until its visibility timeout ends', async () => {
    const url = await create('once', { VisibilityTimeout: '30' });
    await send(url, 'hello', { MessageAttributes: { n: { DataType: 'Number', StringValue: '7' }, b: { DataType: 'Binary', BinaryValue: Buffer.from('x') } } });

    const first = await receive(url);
    await cloud.clock.pass(29 * SECOND);
    const meanwhile = await receive(url);
    await cloud.clock.pass(2 * SECOND);
    const again = await receive(url);

    expect(url).toBe(`https://sqs.eu-west-1.amazonaws.com/${place.account}/once`);
    expect(first[0]).toMatchObject({ Body: 'hello', MessageAttributes: { n: { StringValue: '7' } }, Attributes: { ApproximateReceiveCount: '1' } });
    expect(meanwhile).toEqual([]);
    expect(again[0]).toMatchObject({ Attributes: { ApproximateReceiveCount: '2' } });
  });

  it('counts what is there, with receivers and delayed', async () => {
    const url = await create('counted');
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: 'a', MessageBody: '1' }, { Id: 'b', MessageBody: '2', DelaySeconds: 60 }] }));
    await receive(url);
    await send(url, '3');

    expect(await attributes(url)).toMatchObject({ ApproximateNumberOfMessages: '1', ApproximateNumberOfMessagesNotVisible: '1', ApproximateNumberOfMessagesDelayed: '1', QueueArn: arnOf('counted') });
  });

  it('deletes with the receipt handle, and refuses one that it never gave', async () => {
    const url = await create('deleting', { VisibilityTimeout: '0' });
    await send(url, 'x');
    const [message] = await receive(url);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message!.ReceiptHandle }));

    expect(await receive(url)).toEqual([]);
    await expect(sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: 'made-up' }))).rejects.toBeInstanceOf(ReceiptHandleIsInvalid);
  });

  it('gives a message back when its receiver says so', async () => {
    const url = await create('returned');
    await send(url, 'x');
    const [message] = await receive(url);
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: message!.ReceiptHandle, VisibilityTimeout: 0 }));

    expect(await receive(url)).toHaveLength(1);
    await expect(sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: message!.ReceiptHandle, VisibilityTimeout: 5 }))).rejects.toMatchObject({ name: 'MessageNotInflight' });
  });

  it('ends a long poll as soon as a message comes', async () => {
    const url = await create('polled');
    const polled = sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }));
    await send(url, 'x');

    expect((await polled).Messages).toHaveLength(1);
  });

  it('drops messages when they have been kept for long enough', async () => {
    const url = await create('kept', { MessageRetentionPeriod: '86400' });
    await send(url, 'x');
    await cloud.clock.pass(DAY - SECOND);
    const before = await attributes(url);
    await cloud.clock.pass(2 * SECOND);

    expect(before).toMatchObject({ ApproximateNumberOfMessages: '1' });
    expect(await attributes(url)).toMatchObject({ ApproximateNumberOfMessages: '0' });
  });

  it('moves what was received too often to the dead-letter queue, and back on request', async () => {
    const letters = await create('letters');
    const url = await create('failing', { VisibilityTimeout: '0', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('letters'), maxReceiveCount: 2 }) });
    await send(url, 'poison');
    for (const _attempt of [1, 2, 3]) await receive(url);
    const letter = await receive(letters);
    await cloud.clock.pass(31 * SECOND);

    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf('letters') }));
    await cloud.clock.pass(2 * SECOND);
    const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arnOf('letters') }));

    expect(letter[0]).toMatchObject({ Body: 'poison', Attributes: { DeadLetterQueueSourceArn: arnOf('failing') } });
    expect(Results).toEqual([expect.objectContaining({ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 })]);
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['poison']);
  });

  it('refuses a dead-letter queue that is missing or does not allow the source', async () => {
    await create('closed', { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' });
    const policy = (name: string) => ({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(name), maxReceiveCount: 1 }) });

    await expect(create('hopeful', policy('closed'))).rejects.toMatchObject({ name: 'InvalidAttributeValue' });
    await expect(create('hopeful', policy('nowhere'))).rejects.toThrow('Dead letter target does not exist.');
  });

  it('keeps the order of a FIFO group, and holds the group while one of its messages is with a receiver', async () => {
    const url = await create('order.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    for (const body of ['a1', 'a2', 'a1']) await send(url, body, { MessageGroupId: 'a' });
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url }));
    await send(url, 'b1', { MessageGroupId: 'b' });

    const others = await receive(url);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: Messages![0]!.ReceiptHandle }));

    expect(Messages!.map(({ Body }) => Body)).toEqual(['a1']);
    expect(others.map(({ Body }) => Body)).toEqual(['b1']);
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['a2']);
  });

  it('empties a queue once a minute at most', async () => {
    const url = await create('purged');
    await send(url, 'x');
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));

    expect(await receive(url)).toEqual([]);
    await expect(sqs.send(new PurgeQueueCommand({ QueueUrl: url }))).rejects.toMatchObject({ name: 'PurgeQueueInProgress' });
  });

  it('does not give a name away within a minute of its deletion', async () => {
    const url = await create('short-lived');
    await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));

    await expect(create('short-lived')).rejects.toMatchObject({ name: 'QueueDeletedRecently' });
    await expect(send(url, 'x')).rejects.toBeInstanceOf(QueueDoesNotExist);
    await cloud.clock.pass(60 * SECOND);
    await expect(create('short-lived')).resolves.toBe(url);
  });

  it('creates a queue again only with the same attributes', async () => {
    await create('again', { VisibilityTimeout: '40' });

    await expect(create('again', { VisibilityTimeout: '40' })).resolves.toContain('/again');
    await expect(create('again', { VisibilityTimeout: '41' })).rejects.toMatchObject({ name: 'QueueNameExists' });
    await expect(create('range', { VisibilityTimeout: '43201' })).rejects.toMatchObject({ name: 'InvalidAttributeValue' });
  });
});
