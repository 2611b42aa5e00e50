import type * as sdk from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { pageOf } from '../../gateway/pagination';
import type { Access, Call, Operations } from '../../gateway/service';
import { requestTagContext, resourceTagContext, tagMap } from '../../gateway/tags';
import type { Alarm, CompositeAlarm, MetricAlarm } from './alarm';
import { alarmArn, type AlarmStore } from './alarm-state';
import type { AlarmWatch } from './alarm-watch';
import { alarmsIn } from './composite-rule';
import { refusing } from './metric-operations';
import { identityOf } from './metric-query';
import { metricKey } from './metric-store';
import { newCompositeAlarm, newMetricAlarm } from './new-alarm';

/** The operations on alarms. */
export function alarmOperations(store: AlarmStore, watch: AlarmWatch, clock: CloudClock): Operations<typeof sdk> {
  const access = (call: Call, name: string | undefined, context: Access['context'] = {}): Access => {
    const tags = store.find(call, name)?.tags ?? {};
    return { resource: alarmArn(call, name ?? ''), context: { ...resourceTagContext(tags), ...context } };
  };
  const byName = ({ AlarmName }: { AlarmName?: string | undefined }, call: Call) => [access(call, AlarmName)];
  const byNames = ({ AlarmNames = ['*'] }: { AlarmNames?: string[] | undefined }, call: Call) => (AlarmNames.length === 0 ? ['*'] : AlarmNames).map((name) => access(call, name));
  const creation = ({ AlarmName, Tags }: { AlarmName: string | undefined; Tags?: sdk.Tag[] | undefined }, call: Call): Access[] => {
    const requested = requestTagContext(tagMap(Tags));
    return [access(call, AlarmName, requested), ...(Tags?.length ? [{ ...access(call, AlarmName, requested), action: 'cloudwatch:TagResource' }] : [])];
  };
  const replace = (alarm: Alarm): void => {
    const existed = store.find(alarm, alarm.name) !== undefined;
    store.add(alarm);
    store.record(alarm, clock.now(), 'ConfigurationUpdate', `Alarm "${alarm.name}" ${existed ? 'updated' : 'created'}`, { version: '1.0', type: existed ? 'Update' : 'Create' });
  };
  const setActions = (names: readonly string[], call: Call, enabled: boolean): Record<string, never> => {
    for (const name of names) {
      const alarm = store.find(call, name);
      if (alarm) alarm.actionsEnabled = enabled;
    }
    return {};
  };

  return {
    PutMetricAlarm: {
      access: creation,
      run: (input, call) => {
        const replaced = store.find(call, input.AlarmName);
        const alarm = refusing(() => newMetricAlarm(call, input, clock.now(), replaced?.state));
        if (replaced) alarm.tags = replaced.tags;
        replace(alarm);
        watch.wake(alarm);
        return {};
      },
    },
    PutCompositeAlarm: {
      access: creation,
      run: (input, call) => {
        const replaced = store.find(call, input.AlarmName);
        const alarm = newCompositeAlarm(call, input, clock.now(), replaced?.state);
        const unknown = alarmsIn(alarm.parsedRule).find((name) => !store.find(call, name));
        if (unknown !== undefined) throw new AwsError('ValidationException', `Could not save the composite alarm as alarms [${unknown}] in the alarm rule do not exist`, { status: 400 });
        replace(alarm);
        watch.evaluateComposite(alarm.name, alarm);
        return {};
      },
    },
    DescribeAlarms: {
      access: byNames,
      run: ({ AlarmTypes = ['MetricAlarm'], MaxRecords = 50, NextToken, ...filter }, call) => {
        const chosen = [...store.in(call).alarms.values()]
          .filter((alarm) => isWanted(alarm, filter))
          .filter(({ kind }) => AlarmTypes.includes(kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm'))
          .sort((a, b) => (a.name < b.name ? -1 : 1));
        const page = pageOf(chosen, MaxRecords, NextToken);
        if (!page) throw new AwsError('InvalidNextToken', 'The next token is invalid.');
        const metricAlarms = page.items.filter((alarm): alarm is MetricAlarm => alarm.kind === 'metric');
        const composites = page.items.filter((alarm): alarm is CompositeAlarm => alarm.kind === 'composite');
        return { MetricAlarms: metricAlarms.map(describeMetricAlarm), CompositeAlarms: composites.map(describeComposite), NextToken: page.nextToken };
      },
    },
    DescribeAlarmsForMetric: {
      access: () => [{ resource: '*' }],
      run: (input, call) => ({ MetricAlarms: [...store.watching(call, metricKey(identityOf(input)))].map(describeMetricAlarm) }),
    },
    DescribeAlarmHistory: {
      access: ({ AlarmName = '*' }, call) => [access(call, AlarmName)],
      run: ({ AlarmName, HistoryItemType, StartDate, EndDate, MaxRecords = 100, ScanBy = 'TimestampDescending', NextToken }, call) => {
        const chosen = store
          .in(call)
          .history.filter((item) => (AlarmName === undefined || item.AlarmName === AlarmName) && (HistoryItemType === undefined || item.HistoryItemType === HistoryItemType))
          .filter(({ Timestamp }) => (!StartDate || (Timestamp ?? 0) >= StartDate) && (!EndDate || (Timestamp ?? 0) <= EndDate));
        const page = pageOf(ScanBy === 'TimestampDescending' ? chosen : chosen.reverse(), MaxRecords, NextToken);
        if (!page) throw new AwsError('InvalidNextToken', 'The next token is invalid.');
        return { AlarmHistoryItems: [...page.items], NextToken: page.nextToken };
      },
    },
    SetAlarmState: {
      access: byName,
      run: ({ AlarmName, StateValue: value, StateReason = '', StateReasonData }, call) => {
        const alarm = store.find(call, AlarmName);
        if (!alarm) throw new AwsError('ResourceNotFound', `Alarm ${AlarmName ?? ''} not found`);
        if (value !== 'OK' && value !== 'ALARM' && value !== 'INSUFFICIENT_DATA') throw new AwsError('ValidationException', `StateValue ${String(value)} must be OK, ALARM or INSUFFICIENT_DATA`, { status: 400 });
        watch.transition(alarm, value, StateReason, StateReasonData);
        // The next evaluation finds the true state again.
        if (alarm.kind === 'metric') watch.wake(alarm);
        return {};
      },
    },
    DeleteAlarms: {
      access: byNames,
      run: ({ AlarmNames = [] }, call) => {
        const needed = store.compositesIn(call).filter(({ name }) => !AlarmNames.includes(name)).flatMap(({ parsedRule }) => alarmsIn(parsedRule));
        const blocked = AlarmNames.find((name) => needed.includes(name));
        if (blocked !== undefined) throw new AwsError('ValidationException', `Cannot delete ${blocked} as it is used by a composite alarm`, { status: 400 });
        for (const name of AlarmNames) store.remove(call, name);
        return {};
      },
    },
    EnableAlarmActions: { access: byNames, run: ({ AlarmNames = [] }, call) => setActions(AlarmNames, call, true) },
    DisableAlarmActions: { access: byNames, run: ({ AlarmNames = [] }, call) => setActions(AlarmNames, call, false) },
  };
}

function isWanted(alarm: Alarm, filter: sdk.DescribeAlarmsInput): boolean {
  const { AlarmNames = [], AlarmNamePrefix = '', StateValue: state, ActionPrefix, ChildrenOfAlarmName, ParentsOfAlarmName } = filter;
  if (ChildrenOfAlarmName !== undefined || ParentsOfAlarmName !== undefined) throw new AwsError('NotImplemented', 'the local cloud does not emulate ChildrenOfAlarmName and ParentsOfAlarmName', { status: 501 });
  const hasAction = ActionPrefix === undefined || Object.values(alarm.actions).flat().some((arn) => arn.startsWith(ActionPrefix));
  return (AlarmNames.length === 0 || AlarmNames.includes(alarm.name)) && alarm.name.startsWith(AlarmNamePrefix) && (state === undefined || alarm.state.value === state) && hasAction;
}

function describeShared(alarm: Alarm) {
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: alarm.configuredAt,
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...alarm.actions.OK],
    AlarmActions: [...alarm.actions.ALARM],
    InsufficientDataActions: [...alarm.actions.INSUFFICIENT_DATA],
    StateValue: alarm.state.value,
    StateReason: alarm.state.reason,
    StateReasonData: alarm.state.reasonData,
    StateUpdatedTimestamp: alarm.state.at,
    StateTransitionedTimestamp: alarm.transitionedAt,
  };
}

function describeMetricAlarm(alarm: MetricAlarm): sdk.MetricAlarm {
  const { single, watched } = alarm;
  const stat = watched.MetricStat;
  const isPercentile = single?.stat.startsWith('p') ?? false;
  const metric = single
    ? {
        Namespace: stat?.Metric?.Namespace,
        MetricName: stat?.Metric?.MetricName,
        Dimensions: stat?.Metric?.Dimensions ?? [],
        Period: alarm.periodSeconds,
        Unit: single.unit as sdk.StandardUnit | undefined,
        ...(isPercentile ? { ExtendedStatistic: single.stat } : { Statistic: single.stat as sdk.Statistic }),
      }
    : { Metrics: [...alarm.queries] };
  return {
    ...describeShared(alarm),
    ...metric,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison,
    TreatMissingData: alarm.treatMissingData,
    EvaluateLowSampleCountPercentile: alarm.evaluateLowSampleCountPercentile,
  };
}

function describeComposite(alarm: CompositeAlarm): sdk.CompositeAlarm {
  return { ...describeShared(alarm), AlarmRule: alarm.rule };
}
