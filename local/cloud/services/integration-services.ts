import type { ResourceProviders } from '../deploy/resource-provider';
import type { CloudContext } from '../gateway/cloud-context';
import type { Service } from '../gateway/service';
import type { ServiceDirectory } from '../gateway/service-directory';
import { cloudWatchResources } from './cloudwatch/cloudwatch-resources';
import { createCloudWatch, type CloudWatch } from './cloudwatch/cloudwatch-service';
import type { MetricSink } from './cloudwatch/metric-sink';
import { MetricStore } from './cloudwatch/metric-store';
import { eventsResources } from './events/events-resources';
import { createEventBridge, type EventBridge } from './events/events-service';
import { logsResources } from './logs/logs-resources';
import { createLogsService } from './logs/logs-service';
import { schedulerResources } from './scheduler/scheduler-resources';
import { createSchedulerService } from './scheduler/scheduler-service';
import type { HttpPost } from './sns/notification-delivery';
import { Outbox } from './sns/outbox';
import { snsResources } from './sns/sns-resources';
import { createSnsService } from './sns/sns-service';
import { sqsResources } from './sqs/sqs-resources';
import { createSqsService } from './sqs/sqs-service';
import { SqsState } from './sqs/sqs-state';
import { statesResources } from './states/states-resources';
import { createStepFunctions, type StepFunctions } from './states/states-service';
import { createXRay, type XRay } from './xray/xray-service';

/** Services that carry messages, events and measurements between everything else, and what others may use of them. */
export interface IntegrationServices {
  readonly services: readonly Service[];
  readonly resources: ResourceProviders;
  /** What left the cloud by e-mail, text or to web addresses outside. */
  readonly outbox: Outbox;
  readonly queues: SqsState;
  /** Where services publish their AWS/* metrics. */
  readonly metrics: MetricSink;
  readonly alarms: CloudWatch['alarms'] & Pick<CloudWatch, 'findAlarm'>;
  readonly executions: StepFunctions['executions'];
  /** Where services say what happened, and where every event can be seen. */
  readonly events: EventBridge['events'];
  readonly traces: Pick<XRay, 'segmentsIn'>;
}

export interface IntegrationPorts {
  readonly context: CloudContext;
  /** Every service of the cloud; called only once all have been created. */
  readonly find: ServiceDirectory;
  /** Reaches web servers inside the cloud's networks, where there are any. */
  readonly post?: HttpPost;
}

/** Creates them. */
export function createIntegrationServices({ context, find, post = async () => undefined }: IntegrationPorts): IntegrationServices {
  const metrics = new MetricStore(context.clock);
  const eventBridge = createEventBridge(context, metrics);
  const { events } = eventBridge;
  const cloudWatch = createCloudWatch(context, metrics, events);
  const stepFunctions = createStepFunctions({ context, find, metrics, events });
  const xray = createXRay();
  const outbox = new Outbox();
  const queues = new SqsState(context.clock, metrics);
  return {
    outbox,
    queues,
    metrics,
    events,
    alarms: { onStateChange: (listener) => cloudWatch.alarms.onStateChange(listener), findAlarm: cloudWatch.findAlarm },
    executions: stepFunctions.executions,
    traces: xray,
    services: [
      createSnsService({ context, metrics, outbox, post }),
      createSqsService(queues, context, metrics),
      createLogsService(context, metrics),
      cloudWatch.service,
      stepFunctions.service,
      eventBridge.service,
      createSchedulerService({ context, find, metrics }),
      xray.service,
    ],
    resources: { ...snsResources, ...sqsResources, ...logsResources, ...cloudWatchResources, ...statesResources, ...eventsResources, ...schedulerResources },
  };
}
