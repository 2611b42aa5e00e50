import type { Duration } from 'aws-cdk-lib';
import { Metric, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { RunbookAlarm, type RunbookAlarmProps } from '../shared/monitoring/runbook-alarm';

const SYSTEM = 'redshift-backup';

/** Makes the metrics and alarms of one pipeline. */
export class SystemAlarms {
  constructor(
    private readonly scope: Construct,
    private readonly instance: string,
    private readonly topic: ITopic,
  ) {}

  metric(metricName: string, statistic: string, period: Duration): Metric {
    return new Metric({ namespace: 'Holdfast', metricName, statistic, period, dimensionsMap: { service: SYSTEM, instance: this.instance } });
  }

  alarm(id: string, props: Omit<RunbookAlarmProps, 'system' | 'instance' | 'topic'>): IAlarm {
    return new RunbookAlarm(this.scope, id, { system: SYSTEM, instance: this.instance, topic: this.topic, ...props }).alarm;
  }
}
