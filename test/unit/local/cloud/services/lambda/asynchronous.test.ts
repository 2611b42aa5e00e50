import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CreateEventSourceMappingCommand, GetEventSourceMappingCommand, InvokeCommand, PutFunctionEventInvokeConfigCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { FunctionBench, place } from './fixtures';

const FAIL = 'exports.handler = async () => { throw new Error("broken"); };';
const MINUTE_MS = 60_000;

describe('events for functions', () => {
  let bench: FunctionBench;
  let sqs: SQSClient;
  beforeAll(async () => {
    bench = await FunctionBench.open();
    sqs = bench.cloud.client(SQSClient, place);
  });
  afterAll(() => bench.cloud.stop());
  afterEach(() => expect(bench.cloud.defects).toEqual([]));

  const createQueue = async (QueueName: string, Attributes: Record<string, string> = {}) => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    return { url: QueueUrl!, arn: `arn:aws:sqs:${place.region}:${place.account}:${QueueName}` };
  };
  const received = async (QueueUrl: string) => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }));
    return Messages;
  };
  const sendEvent = (FunctionName: string, event: unknown) => bench.lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(event) }));
  const endedOf = (name: string) => {
    const kinds: string[] = [];
    bench.cloud.services.compute.functions.onInvoked(({ functionName, result }) => functionName === name && kinds.push(result.outcome.kind));
    return kinds;
  };

  it('are taken at once and tried three times, a minute and then two minutes apart', async () => {
    await bench.create('failing', FAIL);
    const ended = endedOf('failing');

    expect((await sendEvent('failing', {})).StatusCode).toBe(202);
    await bench.cloud.clock.pass(MINUTE_MS / 2);
    expect(ended).toEqual(['error']);
    await bench.cloud.clock.pass(MINUTE_MS);
    expect(ended).toHaveLength(2);
    await bench.cloud.clock.pass(MINUTE_MS);
    expect(ended).toHaveLength(2);
    await bench.cloud.clock.pass(MINUTE_MS);
    expect(ended).toHaveLength(3);
    await bench.cloud.clock.pass(60 * MINUTE_MS);
    expect(ended).toHaveLength(3);
  });

  it('end in the dead-letter queue with what went wrong', async () => {
    const queue = await createQueue('dead-letters');
    await bench.create('failing-with-queue', FAIL, { DeadLetterConfig: { TargetArn: queue.arn }, actions: ['sqs:SendMessage'] });

    await sendEvent('failing-with-queue', { order: 7 });
    await bench.cloud.clock.pass(5 * MINUTE_MS);

    expect(await received(queue.url)).toMatchObject([{ Body: '{"order":7}', MessageAttributes: { ErrorMessage: { StringValue: 'broken' }, ErrorCode: { StringValue: '200' } } }]);
  });

  it('are lost when the role may not send them to the dead-letter queue', async () => {
    const queue = await createQueue('closed-letters');
    await bench.create('failing-without-permission', FAIL, { DeadLetterConfig: { TargetArn: queue.arn } });

    await sendEvent('failing-without-permission', {});
    await bench.cloud.clock.pass(5 * MINUTE_MS);

    expect(await received(queue.url)).toEqual([]);
    expect(bench.calls('sqs', 'SendMessage')).toContainEqual({ caller: 'failing-without-permission', outcome: 'AccessDeniedException' });
  });

  it('are reported to destinations', async () => {
    const [good, bad] = [await createQueue('good'), await createQueue('bad')];
    await bench.create('reporting', 'exports.handler = async ({ fail }) => { if (fail) throw new Error("asked to"); return { fine: true }; };', { actions: ['sqs:SendMessage'] });
    await bench.lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: 'reporting',
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnSuccess: { Destination: good.arn }, OnFailure: { Destination: bad.arn } },
      }),
    );

    await sendEvent('reporting', { fail: false });
    await sendEvent('reporting', { fail: true });
    await bench.cloud.clock.pass(MINUTE_MS);

    const [success] = (await received(good.url)).map(({ Body }) => JSON.parse(Body!) as unknown);
    const [failure] = (await received(bad.url)).map(({ Body }) => JSON.parse(Body!) as unknown);
    expect(success).toMatchObject({ requestContext: { condition: 'Success', approximateInvokeCount: 1 }, requestPayload: { fail: false }, responsePayload: { fine: true } });
    expect(failure).toMatchObject({ requestContext: { condition: 'RetriesExhausted' }, responseContext: { functionError: 'Unhandled' }, responsePayload: { errorMessage: 'asked to' } });
  });

  describe('from a queue', () => {
    const COLLECT = 'const seen = []; exports.handler = async (event) => { if (event.show) return seen; const bodies = event.Records.map((r) => r.body); seen.push(...bodies); if (bodies.includes("poison")) throw new Error("poison"); };';
    const QUEUE_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
    const connect = async (FunctionName: string, queue: { readonly arn: string }, more: object = {}) => {
      const { UUID } = await bench.lambda.send(new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn: queue.arn, ...more }));
      await bench.cloud.clock.pass(15_000);
      return UUID!;
    };
    const remaining = async (url: string) => {
      await bench.cloud.clock.pass(MINUTE_MS);
      return (await received(url)).map(({ Body }) => Body);
    };

    it('reach the function and are deleted', async () => {
      const queue = await createQueue('work');
      await bench.create('collect', COLLECT, { actions: QUEUE_ACTIONS });
      const UUID = await connect('collect', queue);
      expect((await bench.lambda.send(new GetEventSourceMappingCommand({ UUID }))).State).toBe('Enabled');

      await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'one' }));
      await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'two' }));
      await bench.cloud.clock.pass(10_000);

      expect((await bench.invoke('collect', { show: true })).answer).toEqual(['one', 'two']);
      expect(await remaining(queue.url)).toEqual([]);
    });

    it('stay in the queue when the function fails', async () => {
      const queue = await createQueue('poisoned');
      await bench.create('choke', COLLECT, { actions: QUEUE_ACTIONS });
      const UUID = await connect('choke', queue);

      await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'poison' }));
      await bench.cloud.clock.pass(10_000);
      await bench.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));

      expect(await remaining(queue.url)).toEqual(['poison']);
    });

    it('stay in the queue one by one, as the function says', async () => {
      const queue = await createQueue('partial');
      const source = 'exports.handler = async ({ Records }) => ({ batchItemFailures: Records.filter((r) => r.body === "bad").map((r) => ({ itemIdentifier: r.messageId })) });';
      await bench.create('partial', source, { actions: QUEUE_ACTIONS });
      for (const MessageBody of ['good', 'bad', 'fine']) await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody }));

      const UUID = await connect('partial', queue, { FunctionResponseTypes: ['ReportBatchItemFailures'] });
      await bench.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));

      expect(await remaining(queue.url)).toEqual(['bad']);
    });

    it('need a role that may read the queue', async () => {
      const queue = await createQueue('locked');
      await bench.create('keyless', COLLECT);

      await expect(connect('keyless', queue)).rejects.toMatchObject({ name: 'InvalidParameterValueException', message: expect.stringContaining('ReceiveMessage') as string });
    });

    it('need a queue that hides messages for as long as the function may take', async () => {
      const queue = await createQueue('hasty', { VisibilityTimeout: '10' });
      await bench.create('patient', COLLECT, { actions: QUEUE_ACTIONS, Timeout: 30 });

      await expect(connect('patient', queue)).rejects.toMatchObject({ message: 'Queue visibility timeout: 10 seconds is less than Function timeout: 30 seconds' });
    });
  });
});
