import * as sdk from '@aws-sdk/client-eventbridge';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, type Service } from '../../gateway/service';
import { ServiceRoles } from '../../gateway/service-role';
import type { MetricSink } from '../cloudwatch/metric-sink';
import { busOperations } from './bus-operations';
import { EventRouter } from './event-router';
import { EventTargets } from './event-targets';
import { EventsState } from './events-state';
import { ForwardedEvents } from './forwarded-events';
import { putEventsOperation } from './put-events';
import { ruleOperations } from './rule-operations';

/** EventBridge and what other services may use of it. */
export interface EventBridge {
  readonly service: Service;
  /** Takes what AWS services announce; `onEvent` shows every event of the cloud. */
  readonly events: Pick<EventRouter, 'emit' | 'onEvent'>;
}

/** EventBridge: buses, rules with patterns and schedules, targets that are really reached. */
export function createEventBridge(context: CloudContext, metrics: MetricSink): EventBridge {
  const state = new EventsState();
  const forwarded = new ForwardedEvents();
  const targets = new EventTargets({ context, forwarded, roles: new ServiceRoles(context, 'events.amazonaws.com') });
  const router = new EventRouter(state, { context, metrics, targets });
  const operations = { ...busOperations(state, context.clock), ...ruleOperations(state, router, context.clock), ...putEventsOperation(state, router, forwarded) };
  return { events: router, service: defineService(sdk, 'events', operations) };
}
