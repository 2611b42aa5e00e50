import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { parseArn, regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { Access, Call, Operations } from '../../gateway/service';
import { requestTagContext } from '../../gateway/tags';
import { queueUrlOf } from '../sqs/queue-url';
import type { EventSourceMapping } from './event-source-mapping';
import { functionArn } from './function-name';
import type { Resolved } from './lambda-state';
import { EVENT_SOURCE_LIFE_CYCLE } from './life-cycle';
import { QueuePoller, type PollerPorts } from './queue-poller';

const DEFAULT_BATCH = 10;
/** More than this needs a batching window. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const LARGEST_BATCH_WITHOUT_WINDOW = 10;

/** Event source mappings: functions that read queues. */
export function eventSourceOperations(ports: PollerPorts): Operations<typeof sdk> {
  const { context, state } = ports;
  const mappings = new Map<string, { readonly mapping: EventSourceMapping; readonly poller: QueuePoller }>();
  const mappingArn = (call: Call, id: string): string => regionalArn('lambda', call, `event-source-mapping:${id}`);
  const find = (id: string | undefined) => {
    const found = mappings.get(id ?? '');
    if (!found) throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', { details: { Type: 'User' } });
    return found;
  };
  const onMapping = ({ UUID }: { readonly UUID: string | undefined }, call: Call): Access[] => {
    const mapping = mappings.get(UUID ?? '')?.mapping;
    const context = mapping && { 'lambda:FunctionArn': functionArn(mapping, mapping.functionName) };
    return [{ resource: mappingArn(call, UUID ?? ''), ...(context && { context }) }];
  };

  return {
    CreateEventSourceMapping: {
      access: ({ FunctionName, Tags }, call) => {
        const { name, ...place } = state.reference(FunctionName, call);
        return [{ resource: '*', context: { 'lambda:FunctionArn': functionArn(place, name), ...requestTagContext(Tags ?? {}) } }];
      },
      run: async (input, call) => {
        const resolved = state.resolve(input.FunctionName, call);
        const mapping = newMapping(input, resolved, context.clock.now());
        await checkQueue(ports, mapping, resolved);
        const poller = new QueuePoller(ports, mapping);
        mappings.set(mapping.id, { mapping, poller });
        context.clock.after(EVENT_SOURCE_LIFE_CYCLE.create.delayMs, () => {
          mapping.state = input.Enabled === false ? 'Disabled' : EVENT_SOURCE_LIFE_CYCLE.create.to;
          if (mapping.state === 'Enabled') poller.start();
        });
        return describe(mapping);
      },
    },
    GetEventSourceMapping: { access: onMapping, run: ({ UUID }) => describe(find(UUID).mapping) },
    ListEventSourceMappings: {
      access: () => [{ resource: '*' }],
      run: ({ EventSourceArn, FunctionName }, call) => {
        const name = FunctionName === undefined ? undefined : state.reference(FunctionName, call).name;
        const found = [...mappings.values()].filter(
          ({ mapping }) =>
            mapping.account === call.account &&
            mapping.region === call.region &&
            (EventSourceArn === undefined || mapping.queueArn === EventSourceArn) &&
            (name === undefined || mapping.functionName === name),
        );
        return { EventSourceMappings: found.map(({ mapping }) => describe(mapping)) };
      },
    },
    UpdateEventSourceMapping: {
      access: onMapping,
      run: (input) => {
        const { mapping, poller } = find(input.UUID);
        mapping.batchSize = input.BatchSize ?? mapping.batchSize;
        mapping.batchingWindowSeconds = input.MaximumBatchingWindowInSeconds ?? mapping.batchingWindowSeconds;
        mapping.maximumConcurrency = input.ScalingConfig ? input.ScalingConfig.MaximumConcurrency : mapping.maximumConcurrency;
        mapping.responseTypes = input.FunctionResponseTypes ?? mapping.responseTypes;
        mapping.lastModified = context.clock.now();
        if (input.Enabled !== undefined) mapping.state = input.Enabled ? 'Enabled' : 'Disabled';
        if (mapping.state === 'Enabled') poller.start();
        else poller.stop();
        return describe(mapping);
      },
    },
    DeleteEventSourceMapping: {
      access: onMapping,
      run: ({ UUID }) => {
        const { mapping, poller } = find(UUID);
        poller.stop();
        mappings.delete(mapping.id);
        mapping.state = 'Deleting';
        return describe(mapping);
      },
    },
  };
}

function newMapping(input: sdk.CreateEventSourceMappingCommandInput, { lambda, qualifier }: Resolved, now: Date): EventSourceMapping {
  const queueArn = input.EventSourceArn ?? '';
  if (parseArn(queueArn)?.service !== 'sqs') throw new AwsError('NotImplemented', `the local cloud reads queues, not ${queueArn}`, { status: 501 });
  if (input.FilterCriteria) throw new AwsError('NotImplemented', 'the local cloud has no filters of event sources', { status: 501 });
  const { BatchSize = DEFAULT_BATCH, MaximumBatchingWindowInSeconds = 0 } = input;
  if (BatchSize > LARGEST_BATCH_WITHOUT_WINDOW && MaximumBatchingWindowInSeconds === 0) {
    throw new AwsError('InvalidParameterValueException', 'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10', { details: { Type: 'User' } });
  }
  return {
    id: randomUUID(),
    account: lambda.account,
    region: lambda.region,
    queueArn,
    functionName: lambda.name,
    qualifier,
    batchSize: BatchSize,
    batchingWindowSeconds: MaximumBatchingWindowInSeconds,
    maximumConcurrency: input.ScalingConfig?.MaximumConcurrency,
    responseTypes: input.FunctionResponseTypes ?? [],
    state: EVENT_SOURCE_LIFE_CYCLE.create.from,
    lastModified: now,
    lastResult: 'No records processed',
    tags: { ...input.Tags },
  };
}

/** What Lambda makes sure of before it reads a queue: that the role may, and that messages stay hidden long enough. */
async function checkQueue({ roles }: PollerPorts, { queueArn }: EventSourceMapping, { lambda, version }: Resolved): Promise<void> {
  const { account = '', region = '', resource = '' } = parseArn(queueArn) ?? {};
  const QueueUrl = queueUrlOf({ account, region }, resource);
  const { role, timeoutSeconds } = version.settings;
  const queue = await roles.clientOf({ roleArn: role, sourceArn: lambda.arn, sessionName: lambda.name, place: { account: lambda.account, region: lambda.region } });
  try {
    const { Attributes } = await queue.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }));
    const visibilitySeconds = Number(Attributes?.VisibilityTimeout ?? 0);
    if (visibilitySeconds < timeoutSeconds) {
      throw new AwsError('InvalidParameterValueException', `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${timeoutSeconds} seconds`, {
        details: { Type: 'User' },
      });
    }
    await queue.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1, VisibilityTimeout: 0 }));
  } catch (error) {
    if (!(error instanceof AwsError) || !error.code.startsWith('AccessDenied')) throw error;
    throw new AwsError('InvalidParameterValueException', 'The provided execution role does not have permissions to call ReceiveMessage on SQS', { details: { Type: 'User' } });
  }
}

function describe(mapping: EventSourceMapping): sdk.EventSourceMappingConfiguration {
  return {
    UUID: mapping.id,
    EventSourceMappingArn: regionalArn('lambda', mapping, `event-source-mapping:${mapping.id}`),
    EventSourceArn: mapping.queueArn,
    FunctionArn: functionArn(mapping, mapping.functionName, mapping.qualifier),
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.batchingWindowSeconds,
    FunctionResponseTypes: mapping.responseTypes,
    LastModified: mapping.lastModified,
    LastProcessingResult: mapping.lastResult,
    State: mapping.state,
    StateTransitionReason: 'USER_INITIATED',
    ...(mapping.maximumConcurrency !== undefined && { ScalingConfig: { MaximumConcurrency: mapping.maximumConcurrency } }),
  };
}
