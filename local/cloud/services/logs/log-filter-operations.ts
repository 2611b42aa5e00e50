import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { parsePolicy } from '../../gateway/iam/parse-policy';
import { pageOf } from '../../gateway/pagination';
import type { Call, Operations } from '../../gateway/service';
import { compileFilterPattern } from './filter-pattern/filter-pattern';
import { groupAccess } from './log-access';
import type { LogGroup, LogsState, MetricFilter } from './logs-state';

/** Metric filters, resource policies and saved queries. */
export function logFilterOperations(state: LogsState, clock: CloudClock): Operations<typeof sdk> {
  const byName = ({ logGroupName }: { logGroupName?: string | undefined }, call: Call) => groupAccess(state, call, logGroupName);
  return {
    PutMetricFilter: {
      access: byName,
      run: ({ logGroupName, filterName: name = '', filterPattern: pattern = '', metricTransformations: transformations = [] }, call) => {
        checkTransformations(transformations);
        const createdAtMs = Math.floor(clock.nowMs());
        state.group(call, logGroupName).metricFilters.set(name, { name, pattern, createdAtMs, matches: compileFilterPattern(pattern), transformations, defaultReportedMinute: -1 });
        return {};
      },
    },
    DeleteMetricFilter: {
      access: byName,
      run: ({ logGroupName, filterName = '' }, call) => {
        if (!state.group(call, logGroupName).metricFilters.delete(filterName)) throw new AwsError('ResourceNotFoundException', 'The specified metric filter does not exist.');
        return {};
      },
    },
    DescribeMetricFilters: {
      access: byName,
      run: ({ logGroupName, filterNamePrefix = '', metricName, metricNamespace, limit = 50, nextToken }, call) => {
        const groups = logGroupName === undefined ? [...state.in(call).groups.values()] : [state.group(call, logGroupName)];
        const chosen = groups
          .flatMap((group) => [...group.metricFilters.values()].map((filter) => describeFilter(group, filter)))
          .filter(({ filterName = '', metricTransformations = [] }) => {
            const isAbout = metricTransformations.some((one) => (metricName === undefined || one.metricName === metricName) && (metricNamespace === undefined || one.metricNamespace === metricNamespace));
            return filterName.startsWith(filterNamePrefix) && isAbout;
          });
        const page = pageOf(chosen, limit, nextToken);
        if (!page) throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
        return { metricFilters: [...page.items], nextToken: page.nextToken };
      },
    },
    TestMetricFilter: {
      access: () => [{ resource: '*' }],
      run: ({ filterPattern = '', logEventMessages = [] }) => {
        const matches = compileFilterPattern(filterPattern);
        return { matches: logEventMessages.flatMap((eventMessage, index) => (matches(eventMessage) ? [{ eventNumber: index + 1, eventMessage, extractedValues: {} }] : [])) };
      },
    },
    PutResourcePolicy: {
      access: () => [{ resource: '*' }],
      run: ({ policyName = '', policyDocument = '' }, call) => {
        checkPolicy(policyDocument);
        const { resourcePolicies } = state.in(call);
        // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html: ten to a region.
        if (!resourcePolicies.has(policyName) && resourcePolicies.size >= 10) throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
        const updatedAtMs = Math.floor(clock.nowMs());
        resourcePolicies.set(policyName, { document: policyDocument, updatedAtMs });
        return { resourcePolicy: { policyName, policyDocument, lastUpdatedTime: updatedAtMs } };
      },
    },
    DescribeResourcePolicies: {
      access: () => [{ resource: '*' }],
      run: (_, call) => ({
        resourcePolicies: [...state.in(call).resourcePolicies].map(([policyName, { document, updatedAtMs }]) => ({ policyName, policyDocument: document, lastUpdatedTime: updatedAtMs })),
      }),
    },
    DeleteResourcePolicy: {
      access: () => [{ resource: '*' }],
      run: ({ policyName = '' }, call) => {
        if (!state.in(call).resourcePolicies.delete(policyName)) throw new AwsError('ResourceNotFoundException', `Policy with name [${policyName}] does not exist`);
        return {};
      },
    },
    PutQueryDefinition: {
      access: () => [{ resource: '*' }],
      run: ({ name, queryDefinitionId = randomUUID(), logGroupNames, queryString, queryLanguage = 'CWLI' }, call) => {
        const definition = { queryDefinitionId, name, logGroupNames, queryString, queryLanguage, lastModified: Math.floor(clock.nowMs()) };
        state.in(call).queryDefinitions.set(queryDefinitionId, definition);
        return { queryDefinitionId };
      },
    },
    DescribeQueryDefinitions: {
      access: () => [{ resource: '*' }],
      run: ({ queryDefinitionNamePrefix = '' }, call) => ({ queryDefinitions: [...state.in(call).queryDefinitions.values()].filter(({ name = '' }) => name.startsWith(queryDefinitionNamePrefix)) }),
    },
  };
}

function checkTransformations(transformations: readonly sdk.MetricTransformation[]): void {
  if (transformations.length !== 1) throw new AwsError('InvalidParameterException', 'metricTransformations must have exactly one element');
  for (const { metricValue = '', dimensions = {}, defaultValue } of transformations) {
    if (!metricValue.startsWith('$') && Number.isNaN(Number(metricValue))) throw new AwsError('InvalidParameterException', `Invalid metric transformation: metricValue must be a number or a selector, not ${metricValue}`);
    if (Object.keys(dimensions).length > 3) throw new AwsError('InvalidParameterException', 'Invalid metric transformation: at most three dimensions');
    if (Object.keys(dimensions).length > 0 && defaultValue !== undefined) throw new AwsError('InvalidParameterException', 'Invalid metric transformation: dimensions and default value are mutually exclusive properties.');
  }
}

function checkPolicy(document: string): void {
  try {
    parsePolicy({ kind: 'ordinary', holder: 'logs', name: 'ResourcePolicy', document });
  } catch (error) {
    throw new AwsError('InvalidParameterException', `Invalid policy document: ${(error as Error).message}`);
  }
}

function describeFilter(group: LogGroup, { name, pattern, createdAtMs, transformations }: MetricFilter): sdk.MetricFilter {
  return { filterName: name, filterPattern: pattern, creationTime: createdAtMs, logGroupName: group.name, metricTransformations: [...transformations] };
}
