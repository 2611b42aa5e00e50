import {
  PutCompositeAlarmCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  TagResourceCommand,
  type ComparisonOperator,
  type Dimension,
  type MetricDataQuery,
  type StandardUnit,
  type Statistic,
} from '@aws-sdk/client-cloudwatch';
import type { ResourceProviders } from '../../deploy/resource-provider';
import type { TemplateProperties } from '../../deploy/template-properties';
import { alarmArn } from './alarm-state';
import { dashboardArn } from './dashboard-store';

/** CloudFormation's resources of CloudWatch. */
export const cloudWatchResources: ResourceProviders = {
  'AWS::CloudWatch::Alarm': {
    async create(properties, { aws, account, region, generatedName }) {
      const AlarmName = properties.optionalText('AlarmName') ?? generatedName(255);
      await aws.send(
        new PutMetricAlarmCommand({
          AlarmName,
          ...actionsOf(properties),
          ...metricOf(properties),
          ComparisonOperator: properties.text('ComparisonOperator') as ComparisonOperator,
          DatapointsToAlarm: properties.number('DatapointsToAlarm'),
          EvaluateLowSampleCountPercentile: properties.optionalText('EvaluateLowSampleCountPercentile'),
          EvaluationPeriods: properties.number('EvaluationPeriods'),
          Threshold: properties.number('Threshold'),
          ThresholdMetricId: properties.optionalText('ThresholdMetricId'),
          TreatMissingData: properties.optionalText('TreatMissingData'),
        }),
      );
      return { ref: AlarmName, attributes: { Arn: alarmArn({ account, region }, AlarmName) } };
    },
  },
  'AWS::CloudWatch::CompositeAlarm': {
    async create(properties, { aws, account, region, generatedName }) {
      const AlarmName = properties.optionalText('AlarmName') ?? generatedName(255);
      await aws.send(new PutCompositeAlarmCommand({ AlarmName, AlarmRule: properties.text('AlarmRule'), ActionsSuppressor: properties.optionalText('ActionsSuppressor'), ...actionsOf(properties) }));
      return { ref: AlarmName, attributes: { Arn: alarmArn({ account, region }, AlarmName) } };
    },
  },
  'AWS::CloudWatch::Dashboard': {
    async create(properties, { aws, account, generatedName }) {
      const DashboardName = properties.optionalText('DashboardName') ?? generatedName(255);
      await aws.send(new PutDashboardCommand({ DashboardName, DashboardBody: properties.text('DashboardBody') }));
      const Tags = properties.tags();
      if (Tags.length > 0) await aws.send(new TagResourceCommand({ ResourceARN: dashboardArn(account, DashboardName), Tags }));
      return { ref: DashboardName };
    },
  },
};

function actionsOf(properties: TemplateProperties) {
  return {
    ActionsEnabled: properties.flag('ActionsEnabled'),
    AlarmActions: properties.texts('AlarmActions'),
    AlarmDescription: properties.optionalText('AlarmDescription'),
    InsufficientDataActions: properties.texts('InsufficientDataActions'),
    OKActions: properties.texts('OKActions'),
    Tags: properties.tags(),
  };
}

function metricOf(properties: TemplateProperties) {
  return {
    Dimensions: properties.raw<Dimension[]>('Dimensions'),
    ExtendedStatistic: properties.optionalText('ExtendedStatistic'),
    MetricName: properties.optionalText('MetricName'),
    Metrics: properties.has('Metrics') ? properties.groups('Metrics').map(queryOf) : undefined,
    Namespace: properties.optionalText('Namespace'),
    Period: properties.number('Period'),
    Statistic: properties.optionalText('Statistic') as Statistic | undefined,
    Unit: properties.optionalText('Unit') as StandardUnit | undefined,
  };
}

function queryOf(query: TemplateProperties): MetricDataQuery {
  const stat = query.group('MetricStat');
  const metric = stat?.group('Metric');
  return {
    Id: query.text('Id'),
    Expression: query.optionalText('Expression'),
    Label: query.optionalText('Label'),
    Period: query.number('Period'),
    ReturnData: query.flag('ReturnData'),
    AccountId: query.optionalText('AccountId'),
    ...(stat &&
      metric && {
        MetricStat: {
          Metric: { Namespace: metric.text('Namespace'), MetricName: metric.text('MetricName'), Dimensions: metric.raw<Dimension[]>('Dimensions') },
          Period: stat.number('Period'),
          Stat: stat.text('Stat'),
          Unit: stat.optionalText('Unit') as StandardUnit | undefined,
        },
      }),
  };
}
