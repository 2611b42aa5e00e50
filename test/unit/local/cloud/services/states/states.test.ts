import { CloudWatchLogsClient, CreateLogGroupCommand, DeleteLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  InvalidDefinition,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
  TaskTimedOut,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
  type CreateStateMachineCommandInput,
  type LogLevel,
} from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { TaskFailure } from '../../../../../../local/cloud/engines/states/failure';
import { createServiceRole } from '../../../../../support/create-role';
import { deployResources } from '../../../../../support/deploy-resources';

const place = { account: '111111111111', region: 'eu-west-1' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('Step Functions', () => {
  let cloud: LocalCloud;
  let sfn: SFNClient;
  let roleArn: string;
  let sequence = 0;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    sfn = cloud.client(SFNClient, place);
    roleArn = await createServiceRole(cloud, place, 'states.amazonaws.com', ['sns:*', 'sqs:*', 'logs:*', 'states:*', 'events:*', 'xray:*']);
  });
  afterAll(async () => {
    expect(cloud.defects).toEqual([]);
    await cloud.stop();
  });

  const create = async (states: Record<string, object>, more: Partial<CreateStateMachineCommandInput> = {}) => {
    const definition = JSON.stringify({ StartAt: Object.keys(states)[0], States: states });
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name: `machine-${(sequence += 1)}`, definition, roleArn, ...more }));
    return stateMachineArn!;
  };
  const start = async (stateMachineArn: string, input: object = {}, name?: string) => (await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), name }))).executionArn!;
  const end = async (executionArn: string) => {
    for (let described = await sfn.send(new DescribeExecutionCommand({ executionArn })); ; described = await sfn.send(new DescribeExecutionCommand({ executionArn }))) {
      if (described.status !== 'RUNNING') return described;
      await cloud.clock.pass(MINUTE);
    }
  };
  const run = async (states: Record<string, object>, input: object = {}) => end(await start(await create(states), input));
  const queue = async (QueueName: string) => {
    const sqs = cloud.client(SQSClient, place);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
    const receive = async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? [];
    return { QueueUrl, receive };
  };

  /** A log group, how a machine logs to it, and the types of the events that have arrived there. */
  const loggingTo = async (logGroupName: string, level: LogLevel) => {
    const logs = cloud.client(CloudWatchLogsClient, place);
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    const loggingConfiguration = { level, includeExecutionData: true, destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: `arn:aws:logs:eu-west-1:${place.account}:log-group:${logGroupName}:*` } }] };
    const written = async (filterPattern?: string) => {
      const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }));
      return events.map(({ message }) => (JSON.parse(message!) as { type: string }).type);
    };
    return { loggingConfiguration, written };
  };
  const deliveries = () => cloud.calls.all().filter(({ operation, caller }) => operation === 'PutLogEvents' && caller === 'delivery.logs.amazonaws.com').length;

  it('runs a machine, and shows its history page by page', async () => {
    const executionArn = await start(await create({ Wait: { Type: 'Wait', Seconds: 3600, Next: 'Done' }, Done: { Type: 'Pass', Result: { done: true }, End: true } }), {}, 'night');
    const during = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    await cloud.clock.pass(HOUR + MINUTE);
    const after = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    const first = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 2 }));
    const last = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1, reverseOrder: true }));

    expect(during).toMatchObject({ status: 'RUNNING', name: 'night' });
    expect(after).toMatchObject({ status: 'SUCCEEDED', output: '{"done":true}', redriveStatus: 'NOT_REDRIVABLE' });
    expect(first.events!.map(({ type }) => type)).toEqual(['ExecutionStarted', 'WaitStateEntered']);
    expect(first.nextToken).toBeDefined();
    expect(last.events!.map(({ type }) => type)).toEqual(['ExecutionSucceeded']);
  });

  it('takes a name once, except for a running execution with the same input', async () => {
    const machine = await create({ Wait: { Type: 'Wait', Seconds: 60, End: true } });
    const first = await start(machine, { a: 1 }, 'once');

    await expect(start(machine, { a: 1 }, 'once')).resolves.toBe(first);
    await expect(start(machine, { a: 2 }, 'once')).rejects.toBeInstanceOf(ExecutionAlreadyExists);
    await end(first);
    await expect(start(machine, { a: 1 }, 'once')).rejects.toBeInstanceOf(ExecutionAlreadyExists);
    await cloud.clock.pass(91 * 24 * HOUR);
    await expect(start(machine, { a: 1 }, 'once')).resolves.toBe(first);
  });

  it('calls services of its account as its role, with parameters in the form of Step Functions', async () => {
    const { QueueUrl, receive } = await queue('tasks');
    const { status, output } = await run({
      Optimized: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Parameters: { QueueUrl, MessageBody: { 'order.$': '$.id' } }, ResultPath: '$.sent', Next: 'Sdk' },
      Sdk: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sqs:getQueueAttributes', Parameters: { QueueUrl, AttributeNames: ['QueueArn'] }, ResultPath: '$.queue', End: true },
    }, { id: 7 });
    const [message] = await receive();

    expect(status).toBe('SUCCEEDED');
    expect(message!.Body).toBe('{"order":7}');
    expect(JSON.parse(output!)).toMatchObject({ sent: { MessageId: message!.MessageId }, queue: { Attributes: { QueueArn: `arn:aws:sqs:eu-west-1:${place.account}:tasks` } } });
    expect(cloud.calls.all().filter(({ operation }) => operation === 'GetQueueAttributes').at(-1)).toMatchObject({ principal: expect.stringContaining('assumed-role/role-for-states/machine-') as string });
  });

  it('names errors of services as the SDK for Java does', async () => {
    const failing = (Resource: string, Parameters: object) => run({ Fails: { Type: 'Task', Resource, Parameters, End: true } });

    await expect(failing('arn:aws:states:::aws-sdk:sqs:getQueueUrl', { QueueName: 'nothing' })).resolves.toMatchObject({ status: 'FAILED', error: 'Sqs.QueueDoesNotExistException' });
    await expect(failing('arn:aws:states:::aws-sdk:sfn:describeExecution', { ExecutionArn: `arn:aws:states:eu-west-1:${place.account}:execution:m:x` })).resolves.toMatchObject({ error: 'Sfn.ExecutionDoesNotExistException' });
    await expect(failing('arn:aws:states:::aws-sdk:iam:getRole', { RoleName: 'role-for-states' })).resolves.toMatchObject({ error: 'Iam.IamException', cause: expect.stringContaining('not authorized to perform: iam:GetRole') as string });
    await expect(failing('arn:aws:states:::sns:publish', { TopicArn: `arn:aws:sns:eu-west-1:${place.account}:nothing`, Message: 'x' })).resolves.toMatchObject({ error: 'SNS.NotFoundException' });
  });

  it('refuses a definition with a parameter or action that does not exist', async () => {
    const task = (Resource: string, Parameters: object) => create({ T: { Type: 'Task', Resource, Parameters, End: true } });

    await expect(task('arn:aws:states:::aws-sdk:iam:getRole', { rolename: 'x' })).rejects.toThrow('the field "rolename" is not supported by Step Functions; it is called "RoleName"');
    await expect(task('arn:aws:states:::aws-sdk:iam:getRoll', { 'RoleName.$': '$.x' })).rejects.toBeInstanceOf(InvalidDefinition);
    await expect(create({ A: { Type: 'Pass', Next: 'B' } })).rejects.toBeInstanceOf(InvalidDefinition);
    await expect(sfn.send(new ValidateStateMachineDefinitionCommand({ definition: '{"StartAt":"A","States":{}}' }))).resolves.toMatchObject({ result: 'FAIL' });
  });

  it('fails a task whose role may not do it, and does not start where the role does not trust it', async () => {
    const powerless = await createServiceRole(cloud, place, 'states.amazonaws.com', [], 'powerless');
    const foreign = await createServiceRole(cloud, place, 'lambda.amazonaws.com', ['sqs:*'], 'foreign');
    const publish = { T: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sqs:listQueues', Parameters: {}, End: true } };

    await expect(end(await start(await create(publish, { roleArn: powerless })))).resolves.toMatchObject({ error: 'Sqs.SqsException' });
    await expect(end(await start(await create(publish, { roleArn: foreign })))).resolves.toMatchObject({ error: 'States.TaskFailed', cause: expect.stringContaining('unable to assume the role') as string });
  });

  it('waits for the token of a task', async () => {
    const { QueueUrl, receive } = await queue('tokens');
    const executionArn = await start(await create({ Ask: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', Parameters: { QueueUrl, MessageBody: { 'token.$': '$$.Task.Token' } }, End: true } }));
    await cloud.clock.pass(MINUTE);
    const { token: taskToken } = JSON.parse((await receive())[0]!.Body!) as { token: string };
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"approved":true}' }));

    expect(await end(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"approved":true}' });
    await expect(sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }))).rejects.toBeInstanceOf(TaskTimedOut);
  });

  it('starts other machines and waits for them, and stops them when it is stopped', async () => {
    const child = await create({ Wait: { Type: 'Wait', Seconds: 600, Next: 'Done' }, Done: { Type: 'Pass', Result: 42, End: true } });
    const parent = await create({ Child: { Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.sync:2', Parameters: { StateMachineArn: child, Input: { 'from.$': '$$.Execution.Name' } }, OutputPath: '$.Output', End: true } });
    const finished = await end(await start(parent));
    const stopped = await start(parent);
    await cloud.clock.pass(MINUTE);
    await sfn.send(new StopExecutionCommand({ executionArn: stopped, error: 'Operator', cause: 'enough' }));
    await cloud.clock.pass(MINUTE);

    const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: child }));

    expect(finished).toMatchObject({ status: 'SUCCEEDED', output: '42' });
    expect(await end(stopped)).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'enough' });
    expect(executions!.map(({ status }) => status)).toEqual(['ABORTED', 'SUCCEEDED']);
  });

  it('refuses a machine that waits for others when its role may not make the rule for it', async () => {
    const cannot = await createServiceRole(cloud, place, 'states.amazonaws.com', ['states:*'], 'cannot-make-rules');
    const child = await create({ Done: { Type: 'Pass', End: true } });

    await expect(
      create({ Child: { Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.sync', Parameters: { StateMachineArn: child }, End: true } }, { roleArn: cannot }),
    ).rejects.toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining('managed-rule') as string });
  });

  it('sends a trace of each execution where the machine is traced', async () => {
    const before = cloud.services.integration.traces.segmentsIn(place);
    await end(await start(await create({ Done: { Type: 'Pass', End: true } }, { tracingConfiguration: { enabled: true } })));
    await cloud.clock.pass(1000);

    expect(cloud.services.integration.traces.segmentsIn(place)).toBe(before + 1);
  });

  it('fails the parent of a machine that fails', async () => {
    const child = await create({ Fail: { Type: 'Fail', Error: 'Child.Broke', Cause: 'on purpose' } });

    const { error, cause } = await run({ Child: { Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.sync', Parameters: { StateMachineArn: child }, End: true } });

    expect(error).toBe('States.TaskFailed');
    expect(JSON.parse(cause!)).toMatchObject({ Error: 'Child.Broke', Status: 'FAILED' });
  });

  it('redrives a failed execution from where it failed', async () => {
    const executionArn = await start(await create({ First: { Type: 'Pass', Next: 'Send' }, Send: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sqs:getQueueUrl', Parameters: { QueueName: 'later' }, End: true } }));
    const failed = await end(executionArn);
    await queue('later');
    await sfn.send(new RedriveExecutionCommand({ executionArn }));

    expect(failed).toMatchObject({ status: 'FAILED', redriveStatus: 'REDRIVABLE' });
    expect(await end(executionArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    await expect(sfn.send(new RedriveExecutionCommand({ executionArn }))).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
  });

  it('lets a scenario disturb an execution in any state', async () => {
    const machine = await create({ One: { Type: 'Pass', Next: 'Two' }, Two: { Type: 'Pass', End: true } });
    const stop = cloud.services.integration.executions.onStateEntered(({ stateMachineArn, state }) => {
      if (stateMachineArn === machine && state.name === 'Two') throw new TaskFailure('Scenario.Killed', 'in Two');
    });

    const result = await end(await start(machine));
    stop();

    expect(result).toMatchObject({ status: 'FAILED', error: 'Scenario.Killed' });
  });

  it('runs an express machine while the caller waits, and keeps no history of it', async () => {
    const machine = await create({ Done: { Type: 'Pass', End: true } }, { type: 'EXPRESS' });

    const { status, output, executionArn } = await sfn.send(new StartSyncExecutionCommand({ stateMachineArn: machine, input: '{"a":1}' }));

    expect([status, output]).toEqual(['SUCCEEDED', '{"a":1}']);
    await expect(sfn.send(new DescribeExecutionCommand({ executionArn: executionArn!.replace(':express:', ':execution:') }))).rejects.toBeInstanceOf(ExecutionDoesNotExist);
  });

  it('logs executions through the permissions of its role', async () => {
    const { loggingConfiguration, written } = await loggingTo('/sfn/logged', 'ALL');
    const machine = await create({ Done: { Type: 'Pass', End: true } }, { loggingConfiguration });
    await end(await start(machine, { secret: false }));
    await cloud.clock.pass(1000);

    expect(await written('{ $.type = "Execution*" }')).toEqual(['ExecutionStarted', 'ExecutionSucceeded']);
    const powerless = await createServiceRole(cloud, place, 'states.amazonaws.com', [], 'cannot-log');
    await expect(create({ Done: { Type: 'Pass', End: true } }, { roleArn: powerless, loggingConfiguration })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('writes what happens within seconds as one batch, in order, and at once when the execution ends', async () => {
    const { loggingConfiguration, written } = await loggingTo('/sfn/batches', 'ALL');
    const short = { Type: 'Wait', Seconds: 1 };
    const machine = await create({ A: { ...short, Next: 'B' }, B: { ...short, Next: 'Long' }, Long: { Type: 'Wait', Seconds: 60, End: true } }, { loggingConfiguration });
    const before = deliveries();
    const executionArn = await start(machine);

    await cloud.clock.pass(3000);
    const early = await written();
    await cloud.clock.pass(3000);
    const middle = await written();
    await sfn.send(new StopExecutionCommand({ executionArn }));
    const last = await written();

    expect(early).toEqual([]);
    expect(middle).toEqual(['ExecutionStarted', 'WaitStateEntered', 'WaitStateExited', 'WaitStateEntered', 'WaitStateExited', 'WaitStateEntered']);
    expect(last).toEqual([...middle, 'ExecutionAborted']);
    expect(deliveries() - before).toBe(2);
  });

  it('writes what has waited when an execution ends in a way that is not logged itself', async () => {
    const { loggingConfiguration, written } = await loggingTo('/sfn/errors', 'ERROR');
    const fails = { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sqs:getQueueUrl', Parameters: { QueueName: 'nothing' }, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }], End: true };
    await start(await create({ Fails: fails, Done: { Type: 'Pass', End: true } }, { loggingConfiguration }));

    await cloud.clock.pass(1000);

    expect(await written()).toEqual(['TaskFailed']);
  });

  it('logs again when there is something to log to again', async () => {
    const { loggingConfiguration, written } = await loggingTo('/sfn/gone', 'ALL');
    const machine = await create({ Done: { Type: 'Pass', End: true } }, { loggingConfiguration });
    const logs = cloud.client(CloudWatchLogsClient, place);
    await logs.send(new DeleteLogGroupCommand({ logGroupName: '/sfn/gone' }));
    await end(await start(machine));
    await cloud.clock.pass(1000);

    await logs.send(new CreateLogGroupCommand({ logGroupName: '/sfn/gone' }));
    await end(await start(machine));
    await cloud.clock.pass(1000);

    expect(await written('{ $.type = "Execution*" }')).toEqual(['ExecutionStarted', 'ExecutionSucceeded']);
  });

  it('counts executions', async () => {
    const machine = await create({ Done: { Type: 'Pass', End: true } });
    await end(await start(machine));

    const EndTime = new Date(cloud.clock.nowMs() + MINUTE);
    const { Datapoints } = await cloud.client(CloudWatchClient, place).send(
      new GetMetricStatisticsCommand({ Namespace: 'AWS/States', MetricName: 'ExecutionsSucceeded', Dimensions: [{ Name: 'StateMachineArn', Value: machine }], StartTime: new Date(EndTime.getTime() - HOUR), EndTime, Period: 3600, Statistics: ['Sum'] }),
    );

    expect(Datapoints!.map(({ Sum }) => Sum).reduce((a = 0, b = 0) => a + b)).toBe(1);
  });

  it('keeps running executions on the definition they started with', async () => {
    const machine = await create({ Wait: { Type: 'Wait', Seconds: 60, Next: 'Old' }, Old: { Type: 'Pass', Result: 'old', End: true } });
    const executionArn = await start(machine);
    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn: machine, definition: JSON.stringify({ StartAt: 'New', States: { New: { Type: 'Pass', Result: 'new', End: true } } }) }));

    const { definition } = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));

    expect(definition).toContain('Old');
    expect(await end(executionArn)).toMatchObject({ output: '"old"' });
    expect(await end(await start(machine))).toMatchObject({ output: '"new"' });
  });

  it('creates a machine from a template', async () => {
    const topic = await cloud.client(SNSClient, place).send(new CreateTopicCommand({ Name: 'from-template' }));
    await cloud.client(SNSClient, place).send(new SubscribeCommand({ TopicArn: topic.TopicArn, Protocol: 'email', Endpoint: 'a@example.com' }));
    const { resources } = await deployResources(cloud, place, {
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          RoleArn: roleArn,
          DefinitionString: '{"StartAt":"Tell","States":{"Tell":{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Parameters":{"TopicArn":"${topic}","Message.$":"$.text"},"End":true}}}',
          DefinitionSubstitutions: { topic: topic.TopicArn },
          TracingConfiguration: { Enabled: true },
          Tags: [{ Key: 'system', Value: 'aurora-restore' }],
        },
      },
    });
    const machine = resources.get('Machine')!;
    await end(await start(machine.ref, { text: 'hello' }));

    expect(await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: machine.ref }))).toMatchObject({ name: machine.attributes!['Name'], tracingConfiguration: { enabled: true } });
    expect(cloud.services.integration.outbox.messages({ topicArn: topic.TopicArn }).at(-1)).toMatchObject({ body: 'hello' });
  });
});
