import { Duration, Stack } from 'aws-cdk-lib';
import { Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { LetterBox } from './letter-box';
import type { HandlerFunction } from './handler-function';
import { permit } from './permission';

export interface FunctionScheduleProps {
  readonly name: string;
  /** `rate(...)` or `cron(...)`, in UTC. */
  readonly expression: string;
  readonly target: HandlerFunction;
  /** The function's input, as JSON; may hold Scheduler's context attributes. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly key: IKey;
}

/** Invokes a function on a schedule. What could not be delivered is kept in a dead-letter queue. */
export class FunctionSchedule extends Construct {
  readonly deadLetters: LetterBox;

  constructor(scope: Construct, id: string, { name, expression, target, input, key }: FunctionScheduleProps) {
    super(scope, id);
    const group = new CfnScheduleGroup(this, 'Group', { name });
    this.deadLetters = new LetterBox(this, 'DeadLetters', { queueName: `${name}-undelivered`, key, retention: Duration.days(14) });
    const { account, region } = Stack.of(this);
    // Only this group's schedules act as the role: https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    const conditions = { StringEquals: { 'aws:SourceAccount': account }, ArnEquals: { 'aws:SourceArn': `arn:aws:scheduler:${region}:${account}:schedule-group/${name}` } };
    const role = new Role(this, 'Role', { roleName: `${name}-schedule`, assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions }) });
    permit(role, { actions: ['lambda:InvokeFunction'], resources: [target.functionArn] });
    permit(role, { actions: ['sqs:SendMessage'], resources: [this.deadLetters.queue.queueArn] });
    permit(role, { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] });
    const schedule = new CfnSchedule(this, 'Schedule', {
      name,
      groupName: name,
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: 'OFF' },
      kmsKeyArn: key.keyArn,
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify(input),
        deadLetterConfig: { arn: this.deadLetters.queue.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
      },
    });
    schedule.addResourceDependency(group);
    schedule.node.addDependency(role);
  }

  /** How many invocations lie in the dead-letter queue. */
  metricUndelivered(): IMetric {
    return this.deadLetters.queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: Stats.MAXIMUM });
  }
}
