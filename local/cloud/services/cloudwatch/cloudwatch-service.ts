import * as sdk from '@aws-sdk/client-cloudwatch';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, type Place, type Service } from '../../gateway/service';
import type { EventSink } from '../events/event-sink';
import type { Alarm } from './alarm';
import { AlarmActions } from './alarm-actions';
import { alarmOperations } from './alarm-operations';
import { AlarmStore } from './alarm-state';
import { AlarmWatch } from './alarm-watch';
import { dashboardOperations } from './dashboard-operations';
import { DashboardStore } from './dashboard-store';
import { metricOperations } from './metric-operations';
import type { MetricStore } from './metric-store';
import { tagOperations } from './tag-operations';

/** CloudWatch and what other services may use of it. */
export interface CloudWatch {
  readonly service: Service;
  readonly alarms: Pick<AlarmActions, 'onStateChange'>;
  /** An alarm by its name, for services that follow what its data say. */
  readonly findAlarm: (place: Place, name: string) => Alarm | undefined;
}

/** CloudWatch: metrics, metric math, alarms that change state on the cloud's time, dashboards. */
export function createCloudWatch(context: CloudContext, metrics: MetricStore, events: EventSink): CloudWatch {
  const dashboards = new DashboardStore();
  const store = new AlarmStore();
  const alarms = new AlarmActions(context, store, events);
  const watch = new AlarmWatch(context.clock, metrics, store, alarms);
  const operations = { ...metricOperations(metrics, context.clock), ...alarmOperations(store, watch, context.clock), ...dashboardOperations(dashboards, context.clock), ...tagOperations(store, dashboards) };
  return { alarms, findAlarm: (place, name) => store.find(place, name), service: defineService(sdk, 'monitoring', operations, 'cloudwatch') };
}
