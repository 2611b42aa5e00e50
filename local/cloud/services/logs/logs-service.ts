import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, type Service } from '../../gateway/service';
import type { MetricSink } from '../cloudwatch/metric-sink';
import { logEventOperations } from './log-event-operations';
import { logFilterOperations } from './log-filter-operations';
import { logGroupOperations } from './log-group-operations';
import { LogsState } from './logs-state';

/** CloudWatch Logs: groups, streams, searches, and the metrics that lines give. */
export function createLogsService(context: CloudContext, metrics: MetricSink): Service {
  const state = new LogsState();
  return defineService(sdk, 'logs', {
    ...logGroupOperations(state, context),
    ...logEventOperations(state, context.clock, metrics),
    ...logFilterOperations(state, context.clock),
  });
}
