import { createHash } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { nextTime } from '../../engines/schedule/schedule-expression';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import type { CloudContext } from '../../gateway/cloud-context';
import { deliverWithRetries, type GivenUp } from '../../gateway/retrying-delivery';
import type { ServiceDirectory } from '../../gateway/service-directory';
import type { ServiceRoles } from '../../gateway/service-role';
import type { MetricSink } from '../cloudwatch/metric-sink';
import { queueUrlOfArn } from '../sqs/queue-url';
import { inputOf, invokeTarget, newInvocation, type Invocation } from './schedule-invocation';
import { groupArn, type Schedule, type SchedulerState } from './scheduler-state';

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html */
const DEFAULT_RETRIES = 185;
const DEFAULT_AGE_SECONDS = 86_400;

export interface RunnerPorts {
  readonly context: CloudContext;
  readonly find: ServiceDirectory;
  readonly metrics: MetricSink;
  readonly roles: ServiceRoles;
}

/** Invokes targets when their schedules say so. */
export class ScheduleRunner {
  constructor(
    private readonly state: SchedulerState,
    private readonly ports: RunnerPorts,
  ) {}

  /** A client with the permissions of the schedule's role; rejects when the role does not trust the scheduler. */
  roleOf({ account, region, group, name, target }: Schedule): Promise<CloudClient> {
    // Trust policies see the group. https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    return this.ports.roles.clientOf({ roleArn: target.RoleArn ?? '', sourceArn: groupArn({ account, region }, group), sessionName: name, place: { account, region } });
  }

  /** Begins to follow a schedule that is new or was changed. A rate without a start date begins at once. */
  begin(schedule: Schedule): void {
    const startMs = Math.max(this.ports.context.clock.nowMs(), schedule.startDate?.getTime() ?? 0);
    this.arrange(schedule, startMs - 1, startMs);
  }

  private arrange(schedule: Schedule, afterMs: number, anchorMs: number): void {
    schedule.timer?.cancel();
    if (!schedule.isEnabled) return;
    const { clock, regions } = this.ports.context;
    const nextMs = nextTime(schedule.parsed, afterMs, { anchorMs, timeZone: schedule.timeZone });
    if (nextMs === undefined || nextMs > (schedule.endDate?.getTime() ?? Infinity)) return this.complete(schedule);
    schedule.timer = clock.after(nextMs + flexibleDelayMs(schedule, nextMs) - clock.nowMs(), () => {
      // What comes due in a lost region is over when it returns.
      if (!regions.isLost(schedule.region)) this.invoke(newInvocation(schedule, new Date(nextMs))).catch((error: Error) => this.ports.context.reportDefect(error, `schedule ${schedule.arn}`));
      // What a clock that was put forward has passed over is over.
      this.arrange(schedule, Math.max(nextMs, clock.nowMs() - 1), anchorMs);
    });
  }

  private complete(schedule: Schedule): void {
    if (schedule.afterCompletion === 'DELETE') this.state.groupsIn(schedule).get(schedule.group)?.schedules.delete(schedule.name);
  }

  private async invoke(invocation: Invocation): Promise<void> {
    const { schedule } = invocation;
    const { MaximumRetryAttempts = DEFAULT_RETRIES, MaximumEventAgeInSeconds = DEFAULT_AGE_SECONDS } = schedule.target.RetryPolicy ?? {};
    let attempt = 0;
    let input = '';
    const givenUp = await deliverWithRetries(this.ports.context.clock, { mostRetries: MaximumRetryAttempts, longestMs: MaximumEventAgeInSeconds * 1000 }, async () => {
      attempt += 1;
      input = inputOf(invocation, attempt);
      this.count(schedule, 'InvocationAttemptCount');
      try {
        await invokeTarget(await this.roleOf(schedule), this.ports.find, invocation, input);
      } catch (error) {
        this.count(schedule, 'TargetErrorCount');
        throw error;
      }
    });
    if (!givenUp) return;
    if (schedule.target.DeadLetterConfig?.Arn === undefined) this.count(schedule, 'InvocationDroppedCount');
    else await this.bury(invocation, givenUp, input, schedule.target.DeadLetterConfig.Arn);
  }

  /** https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
  private async bury({ schedule, executionId, scheduledAt }: Invocation, { code, message, retries, exhausted }: GivenUp, input: string, queueArn: string): Promise<void> {
    const attributes = {
      ERROR_CODE: code,
      ERROR_MESSAGE: message,
      EXECUTION_ID: executionId,
      EXHAUSTED_RETRY_CONDITION: exhausted,
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: String(retries),
      SCHEDULED_TIME: scheduledAt.toISOString().replace(/\.\d+Z$/, 'Z'),
      SCHEDULE_ARN: schedule.arn,
      TARGET_ARN: schedule.target.Arn ?? '',
    };
    const known = Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
    const MessageAttributes = Object.fromEntries(known.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]));
    try {
      const role = await this.roleOf(schedule);
      await role.send(new SendMessageCommand({ QueueUrl: queueUrlOfArn(queueArn), MessageBody: input, MessageAttributes }));
      this.count(schedule, 'InvocationsSentToDeadLetterCount');
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.count(schedule, 'InvocationsFailedToBeSentToDeadLetterCount');
    }
  }

  /** https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html */
  private count(schedule: Schedule, name: string): void {
    this.ports.metrics.put({ place: schedule, namespace: 'AWS/Scheduler', name, dimensions: { ScheduleGroup: schedule.group }, value: 1, unit: 'Count' });
  }
}

/** Where in its window an invocation falls: anywhere on AWS, always at the same place here, so that runs can be compared. */
function flexibleDelayMs({ arn, window }: Schedule, atMs: number): number {
  const windowMs = (window.MaximumWindowInMinutes ?? 0) * 60_000;
  if (windowMs === 0) return 0;
  return createHash('sha256').update(`${arn} ${atMs}`).digest().readUInt32BE(0) % windowMs;
}
