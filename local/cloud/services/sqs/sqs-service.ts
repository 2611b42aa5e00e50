import * as sdk from '@aws-sdk/client-sqs';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, type Service } from '../../gateway/service';
import type { MetricSink } from '../cloudwatch/metric-sink';
import { messageOperations } from './message-operations';
import { moveTaskOperations } from './move-tasks';
import { queueOperations } from './queue-operations';
import type { SqsState } from './sqs-state';

/** Simple Queue Service: standard and FIFO queues on the cloud's time, dead-letter queues and their redrive. */
export function createSqsService(state: SqsState, context: CloudContext, metrics: MetricSink): Service {
  return defineService(sdk, 'sqs', {
    ...queueOperations(state, context.clock),
    ...messageOperations(state, context, metrics),
    ...moveTaskOperations(state, context.clock),
  });
}
