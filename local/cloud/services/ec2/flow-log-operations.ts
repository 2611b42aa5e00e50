import type * as sdk from '@aws-sdk/client-ec2';
import type { CloudClock } from '../../gateway/clock';
import { regionalArn } from '../../gateway/arn';
import type { Operations } from '../../gateway/service';
import { tagList } from '../../gateway/tags';
import { tagsFor, type Ec2Access } from './ec2-access';
import { existing, ec2Error } from './ec2-errors';
import { isAsked, passesFilters } from './ec2-filters';
import type { FlowLog } from './ec2-records';
import { newId, type Ec2State } from './ec2-state';

const DEFAULT_AGGREGATION_SECONDS = 600;

/** Flow logs, as far as they are configured; no traffic is written to them. */
export function flowLogOperations(state: Ec2State, access: Ec2Access, clock: CloudClock): Operations<typeof sdk> {
  return {
    CreateFlowLogs: {
      access: ({ ResourceIds = [], DeliverLogsPermissionArn, TagSpecifications }, call) => [
        ...access.creating(call, 'CreateFlowLogs', 'vpc-flow-log', TagSpecifications),
        ...ResourceIds.flatMap((id) => access.on(call, state.resource(id)?.type ?? 'vpc', id)),
        ...(DeliverLogsPermissionArn === undefined
          ? []
          : [{ action: 'iam:PassRole', resource: DeliverLogsPermissionArn, context: { 'iam:PassedToService': 'vpc-flow-logs.amazonaws.com' } }]),
      ],
      run: (input, { account, region }) => {
        const created = (input.ResourceIds ?? []).map((resourceId): FlowLog => {
          if (!state.resource(resourceId)) throw ec2Error('InvalidVpcId.NotFound', `The resource '${resourceId}' does not exist`);
          return {
            type: 'vpc-flow-log',
            id: newId('fl'),
            account,
            region,
            resourceId,
            trafficType: input.TrafficType ?? 'ALL',
            destinationType: input.LogDestinationType ?? 'cloud-watch-logs',
            destination: input.LogDestination,
            logGroupName: input.LogGroupName,
            roleArn: input.DeliverLogsPermissionArn,
            aggregationSeconds: input.MaxAggregationInterval ?? DEFAULT_AGGREGATION_SECONDS,
            createdAt: clock.now(),
            tags: tagsFor('vpc-flow-log', input.TagSpecifications),
          };
        });
        for (const log of created) state.flowLogs.set(log.id, log);
        return { FlowLogIds: created.map(({ id }) => id), Unsuccessful: [] };
      },
    },
    DescribeFlowLogs: {
      access: access.describe,
      run: ({ FlowLogIds, Filter }, call) => {
        const found = state
          .in(state.flowLogs, call)
          .filter((log) => isAsked(FlowLogIds, log.id) && passesFilters(Filter, log, { 'flow-log-id': [log.id], 'resource-id': [log.resourceId], 'log-group-name': [log.logGroupName] }));
        return { FlowLogs: found.map(describe) };
      },
    },
    DeleteFlowLogs: {
      access: ({ FlowLogIds = [] }, call) => access.on(call, 'vpc-flow-log', ...FlowLogIds),
      run: ({ FlowLogIds = [] }) => {
        for (const id of FlowLogIds) state.flowLogs.delete(existing(state.flowLogs, 'vpc-flow-log', id).id);
        return { Unsuccessful: [] };
      },
    },
  };
}

function describe(log: FlowLog): sdk.FlowLog {
  return {
    FlowLogId: log.id,
    FlowLogStatus: 'ACTIVE',
    ResourceId: log.resourceId,
    TrafficType: log.trafficType,
    LogDestinationType: log.destinationType,
    LogDestination: log.destination ?? regionalArn('logs', log, `log-group:${log.logGroupName ?? ''}`),
    LogGroupName: log.logGroupName,
    DeliverLogsPermissionArn: log.roleArn,
    DeliverLogsStatus: 'SUCCESS',
    MaxAggregationInterval: log.aggregationSeconds,
    CreationTime: log.createdAt,
    Tags: tagList(log.tags),
  };
}
