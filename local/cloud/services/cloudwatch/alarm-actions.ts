import { InvokeCommand } from '@aws-sdk/client-lambda';
import { PublishCommand } from '@aws-sdk/client-sns';
import { parseArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { servicePrincipal } from '../../gateway/principal';
import type { EventSink } from '../events/event-sink';
import type { Alarm, AlarmState } from './alarm';
import { stateChangeEvent, stateChangeNotification, subjectOf } from './alarm-messages';
import type { AlarmStore } from './alarm-state';

/** Somebody in the cloud who follows alarms, such as a scaling policy or a health check. */
export type StateChangeListener = (alarm: Alarm, previous: AlarmState) => void;

/** Does what alarms do when their state changes. */
export class AlarmActions {
  private readonly listeners = new Set<StateChangeListener>();

  constructor(
    private readonly context: CloudContext,
    private readonly store: AlarmStore,
    private readonly events: EventSink,
  ) {}

  /** Calls the listener after every change of an alarm's state; the returned function ends that. */
  onStateChange(listener: StateChangeListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  perform(alarm: Alarm, previous: AlarmState): void {
    this.events.emit(stateChangeEvent(alarm, previous));
    for (const listener of this.listeners) listener(alarm, previous);
    if (!alarm.actionsEnabled) return;
    for (const arn of alarm.actions[alarm.state.value]) {
      this.performOne(alarm, previous, arn).catch((error: Error) => this.context.reportDefect(error, `action ${arn} of alarm ${alarm.name}`));
    }
  }

  private async performOne(alarm: Alarm, previous: AlarmState, arn: string): Promise<void> {
    const state = alarm.state;
    const act = actionFor(this.context, alarm, previous, arn);
    if (!act) return;
    const outcome = await act().then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof AwsError) return error;
        throw error;
      },
    );
    const summary = outcome ? `Failed to execute action ${arn}. Received error: "${outcome.message}"` : `Successfully executed action ${arn}`;
    this.store.record(alarm, this.context.clock.now(), 'Action', summary, { actionState: outcome ? 'Failed' : 'Succeeded', stateUpdateTimestamp: state.at.getTime(), notificationResource: arn, error: outcome?.message ?? null });
  }
}

/** The call behind an action; none for actions that listeners carry out. */
function actionFor(context: CloudContext, alarm: Alarm, previous: AlarmState, arn: string): (() => Promise<unknown>) | undefined {
  const { service, account = alarm.account, region = alarm.region } = parseArn(arn) ?? {};
  const as = (name: string) => context.as(servicePrincipal(name, alarm.account, alarm.arn), { account, region });
  switch (service) {
    case 'sns': {
      const Message = JSON.stringify(stateChangeNotification(alarm, previous));
      return () => as('cloudwatch.amazonaws.com').send(new PublishCommand({ TopicArn: arn, Subject: subjectOf(alarm), Message }));
    }
    case 'lambda': {
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
      const event = { source: 'aws.cloudwatch', alarmArn: alarm.arn, accountId: alarm.account, time: alarm.state.at.toISOString(), region: alarm.region, alarmData: stateChangeEvent(alarm, previous).detail };
      const Payload = Buffer.from(JSON.stringify(event));
      return () => as('lambda.alarms.cloudwatch.amazonaws.com').send(new InvokeCommand({ FunctionName: arn, InvocationType: 'Event', Payload }));
    }
    default:
      return undefined;
  }
}
