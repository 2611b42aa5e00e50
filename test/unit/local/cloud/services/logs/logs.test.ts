import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutMetricFilterCommand,
  PutRetentionPolicyCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  TestMetricFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { deployResources } from '../../../../../support/deploy-resources';

const place = { account: '111111111111', region: 'eu-west-1' };
const DAY = 86_400_000;

describe('CloudWatch Logs', () => {
  let cloud: LocalCloud;
  let logs: CloudWatchLogsClient;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    logs = cloud.client(CloudWatchLogsClient, place);
  });
  afterAll(() => cloud.stop());

  const group = async (logGroupName: string, logStreamName = 'stream') => {
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    return { logGroupName, logStreamName };
  };
  const write = (target: { logGroupName: string; logStreamName: string }, ...messages: string[]) =>
    logs.send(new PutLogEventsCommand({ ...target, logEvents: messages.map((message) => ({ message, timestamp: Math.floor(cloud.clock.nowMs()) })) }));
  const sumOf = async (MetricName: string, Dimensions: { Name: string; Value: string }[] = []) => {
    const EndTime = new Date(cloud.clock.nowMs() + 60_000);
    const StartTime = new Date(EndTime.getTime() - 600_000);
    const { Datapoints } = await cloud.client(CloudWatchClient, place).send(new GetMetricStatisticsCommand({ Namespace: 'Holdfast', MetricName, Dimensions, StartTime, EndTime, Period: 600, Statistics: ['Sum'] }));
    return Datapoints!.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  };

  it('reads back what was written, page by page', async () => {
    const target = await group('/aws/lambda/pages');
    await write(target, 'one', 'two', 'three');

    const first = await logs.send(new GetLogEventsCommand({ ...target, startFromHead: true, limit: 2 }));
    const second = await logs.send(new GetLogEventsCommand({ ...target, nextToken: first.nextForwardToken }));
    const end = await logs.send(new GetLogEventsCommand({ ...target, nextToken: second.nextForwardToken }));

    expect(first.events!.map(({ message }) => message)).toEqual(['one', 'two']);
    expect(second.events!.map(({ message }) => message)).toEqual(['three']);
    expect(end.nextForwardToken).toBe(second.nextForwardToken);
  });

  it('forgets events when their retention is over', async () => {
    const target = await group('short-lived');
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: 'short-lived', retentionInDays: 3 }));
    await write(target, 'old');
    await cloud.clock.pass(2 * DAY);
    const before = await logs.send(new FilterLogEventsCommand({ logGroupName: 'short-lived' }));
    await cloud.clock.pass(DAY + 1000);
    const after = await logs.send(new FilterLogEventsCommand({ logGroupName: 'short-lived' }));

    expect([before.events!.length, after.events!.length]).toEqual([1, 0]);
    await expect(logs.send(new PutRetentionPolicyCommand({ logGroupName: 'short-lived', retentionInDays: 4 }))).rejects.toThrow('Invalid retention value');
  });

  it('says which events it did not take', async () => {
    const target = await group('late');
    const now = Math.floor(cloud.clock.nowMs());

    const { rejectedLogEventsInfo } = await logs.send(new PutLogEventsCommand({ ...target, logEvents: [{ message: 'ancient', timestamp: now - 15 * DAY }] }));

    expect(rejectedLogEventsInfo).toMatchObject({ tooOldLogEventEndIndex: 1 });
  });

  it.each([
    ['ERROR', ['an ERROR here'], ['an error here']],
    ['ERROR timeout', ['timeout after ERROR'], ['ERROR alone']],
    ['?ERROR ?WARN', ['a WARN'], ['an INFO']],
    ['ERROR -expected', ['ERROR'], ['ERROR expected']],
    ['"Task timed out"', ['x Task timed out y'], ['Task was timed out']],
    ['%5\\d\\d%', ['status 503'], ['status 404']],
    ['{ $.level = "ERROR" }', ['{"level":"ERROR"}'], ['{"level":"INFO"}', 'level ERROR']],
    ['{ $.level != "INFO" }', ['{"level":"WARN"}'], ['{"level":"INFO"}', '{}']],
    ['{ $.a.b[0] > 10 && $.ok IS TRUE }', ['{"a":{"b":[11]},"ok":true}'], ['{"a":{"b":[10]},"ok":true}', '{"a":{"b":[11]},"ok":false}']],
    ['{ ($.a = 1 || $.a = 2) && $.b NOT EXISTS }', ['{"a":2}'], ['{"a":2,"b":0}', '{"a":3}']],
    ['{ $.name = "orders-*" }', ['{"name":"orders-7"}'], ['{"name":"my orders-7"}']],
    ['{ $.items[*].state = "failed" }', ['{"items":[{"state":"ok"},{"state":"failed"}]}'], ['{"items":[]}']],
    ['{ $.x IS NULL }', ['{"x":null}'], ['{"x":0}', '{}']],
    ['[ip, user, ..., status = 4*, bytes > 100]', ['1.2.3.4 me a b c 404 200'], ['1.2.3.4 me a 200 200', '1.2.3.4 me a 404 99']],
  ])('filters by %s', async (filterPattern, matching, others) => {
    const { matches } = await logs.send(new TestMetricFilterCommand({ filterPattern, logEventMessages: [...matching, ...others] }));

    expect(matches!.map(({ eventMessage }) => eventMessage)).toEqual(matching);
  });

  it.each(['{ $.a = }', '{ $.a = 1', '{ a = 1 }', '[a, b', 'semi;colon'])('refuses the pattern %s', async (filterPattern) => {
    await expect(logs.send(new TestMetricFilterCommand({ filterPattern, logEventMessages: ['x'] }))).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('makes metrics of lines that a filter matches', async () => {
    const target = await group('filtered');
    const filter = (filterName: string, transformation: object) =>
      logs.send(new PutMetricFilterCommand({ logGroupName: 'filtered', filterName, filterPattern: '{ $.level = "ERROR" }', metricTransformations: [{ metricNamespace: 'Holdfast', metricName: filterName, metricValue: '1', ...transformation }] }));
    await filter('Errors', {});
    await filter('Rows', { metricValue: '$.rows', dimensions: { table: '$.table' } });
    await write(target, '{"level":"ERROR","rows":3,"table":"orders"}', '{"level":"ERROR"}', '{"level":"INFO","rows":5,"table":"orders"}');

    expect(await sumOf('Errors')).toBe(2);
    expect(await sumOf('Rows', [{ Name: 'table', Value: 'orders' }])).toBe(3);
  });

  it('makes metrics of lines in embedded metric format', async () => {
    const target = await group('embedded');
    const Timestamp = Math.floor(cloud.clock.nowMs());
    const metadata = { Timestamp, CloudWatchMetrics: [{ Namespace: 'Holdfast', Dimensions: [['service'], ['service', 'table']], Metrics: [{ Name: 'Latency', Unit: 'Milliseconds' }] }] };
    await write(target, JSON.stringify({ _aws: metadata, service: 'replicator', table: 'orders', Latency: [2, 3] }));

    expect(await sumOf('Latency', [{ Name: 'service', Value: 'replicator' }])).toBe(5);
    expect(await sumOf('Latency', [{ Name: 'service', Value: 'replicator' }, { Name: 'table', Value: 'orders' }])).toBe(5);
  });

  it('lists groups and streams in order, and knows none twice', async () => {
    await group('/list/b');
    await group('/list/a', 'z');
    await logs.send(new CreateLogStreamCommand({ logGroupName: '/list/a', logStreamName: 'y' }));

    const first = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/list/', limit: 1 }));
    const second = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/list/', limit: 1, nextToken: first.nextToken }));
    const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: '/list/a' }));

    expect([...first.logGroups!, ...second.logGroups!].map(({ logGroupName }) => logGroupName)).toEqual(['/list/a', '/list/b']);
    expect(logStreams!.map(({ logStreamName }) => logStreamName)).toEqual(['y', 'z']);
    await expect(group('/list/a')).rejects.toBeInstanceOf(ResourceAlreadyExistsException);
    await expect(write({ logGroupName: '/list/c', logStreamName: 'x' }, 'm')).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('creates the resources of a template', async () => {
    const { resources } = await deployResources(cloud, place, {
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 30, Tags: [{ Key: 'a', Value: 'b' }] } },
      Stream: { Type: 'AWS::Logs::LogStream', Properties: { LogGroupName: { Ref: 'Group' } } },
      Filter: { Type: 'AWS::Logs::MetricFilter', Properties: { LogGroupName: { Ref: 'Group' }, FilterPattern: 'ERROR', MetricTransformations: [{ MetricName: 'E', MetricNamespace: 'N', MetricValue: '1', DefaultValue: 0 }] } },
      Policy: { Type: 'AWS::Logs::ResourcePolicy', Properties: { PolicyName: 'events', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'logs:PutLogEvents', Resource: '*' }] }) } },
      Query: { Type: 'AWS::Logs::QueryDefinition', Properties: { Name: 'errors', QueryString: 'fields @message', LogGroupNames: [{ Ref: 'Group' }] } },
    });
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: resources.get('Group')!.ref }));

    expect(logGroups).toEqual([expect.objectContaining({ retentionInDays: 30, metricFilterCount: 1, arn: resources.get('Group')!.attributes!['Arn'] })]);
  });
});
