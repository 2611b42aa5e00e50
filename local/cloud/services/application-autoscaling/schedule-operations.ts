import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-application-auto-scaling';
import { nextTime, parseSchedule } from '../../engines/schedule/schedule-expression';
import { regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import { pageOf } from '../../gateway/pagination';
import type { Access, Call, Operations } from '../../gateway/service';
import type { ScalableTarget, ScheduledAction } from './scalable-target';
import { targetAccess, type ScalingPorts } from './scaling-operations';
import type { TargetRequest } from './scaling-state';

const PAGE = 50;

/** Scheduled actions, which change the bounds of a target at their times. */
export function scheduleOperations({ cloud, state, scaler, capacity }: Pick<ScalingPorts, 'cloud' | 'state' | 'scaler' | 'capacity'>): Operations<typeof sdk> {
  const access = (input: TargetRequest, call: Call): Access[] => [targetAccess(state, input, call)];

  const perform = async (target: ScalableTarget, { name, action }: ScheduledAction): Promise<void> => {
    if (target.suspended.ScheduledScalingSuspended || cloud.regions.isLost(target.region)) return;
    target.minCapacity = action.MinCapacity ?? target.minCapacity;
    target.maxCapacity = action.MaxCapacity ?? target.maxCapacity;
    await scaler.scaleTo(target, (await capacity.read(target)).desired, `scheduled action name ${name} was triggered`);
  };
  const follow = async (target: ScalableTarget, scheduled: ScheduledAction): Promise<void> => {
    const parsed = parseSchedule(scheduled.schedule);
    const anchorMs = scheduled.createdAt.getTime();
    for (;;) {
      const nextMs = nextTime(parsed, cloud.clock.nowMs(), { anchorMs, ...(scheduled.timezone !== undefined && { timeZone: scheduled.timezone }) });
      if (nextMs === undefined) return;
      await cloud.clock.sleep(nextMs - cloud.clock.nowMs(), scheduled.cancelled.signal);
      await cloud.clock.whileWorking(() => perform(target, scheduled));
    }
  };

  return {
    PutScheduledAction: {
      access,
      run: (input, call) => {
        const target = state.target(call, input);
        const { ScheduledActionName: name = '', Schedule = '', Timezone, ScalableTargetAction: action = {} } = input;
        try {
          parseSchedule(Schedule);
        } catch (error) {
          throw new AwsError('ValidationException', (error as Error).message);
        }
        target.schedules.get(name)?.cancelled.abort();
        const arn = regionalArn('autoscaling', target, `scheduledAction:${randomUUID()}:resource/ecs/${target.resourceId}:scheduledActionName/${name}`);
        const scheduled: ScheduledAction = { arn, name, schedule: Schedule, timezone: Timezone, createdAt: cloud.clock.now(), action, cancelled: new AbortController() };
        target.schedules.set(name, scheduled);
        follow(target, scheduled).catch((error: Error) => {
          if (!scheduled.cancelled.signal.aborted && !(error instanceof AwsError)) cloud.reportDefect(error, `scheduled action ${name}`);
        });
        return {};
      },
    },
    DescribeScheduledActions: {
      access: () => [{ resource: '*' }],
      run: ({ ServiceNamespace, ResourceId, ScheduledActionNames, MaxResults = PAGE, NextToken }, call) => {
        const targets = [...state.in(call).values()].filter((target) => target.serviceNamespace === ServiceNamespace && (ResourceId === undefined || target.resourceId === ResourceId));
        const fitting = targets.flatMap((target) => [...target.schedules.values()].filter(({ name }) => ScheduledActionNames?.includes(name) ?? true).map((scheduled) => describe(target, scheduled)));
        const page = pageOf(fitting, MaxResults, NextToken);
        if (!page) throw new AwsError('InvalidNextTokenException', 'The next token supplied was invalid');
        return { ScheduledActions: [...page.items], ...(page.nextToken && { NextToken: page.nextToken }) };
      },
    },
    DeleteScheduledAction: {
      access,
      run: (input, call) => {
        const target = state.target(call, input);
        const scheduled = target.schedules.get(input.ScheduledActionName ?? '');
        if (!scheduled) throw new AwsError('ObjectNotFoundException', `No scheduled action found for name: ${input.ScheduledActionName ?? ''}`);
        scheduled.cancelled.abort();
        target.schedules.delete(scheduled.name);
        return {};
      },
    },
  };
}

function describe({ serviceNamespace, resourceId, dimension }: ScalableTarget, { arn, name, schedule, timezone, createdAt, action }: ScheduledAction): sdk.ScheduledAction {
  return { ScheduledActionARN: arn, ScheduledActionName: name, ServiceNamespace: serviceNamespace, ResourceId: resourceId, ScalableDimension: dimension, Schedule: schedule, Timezone: timezone, ScalableTargetAction: action, CreationTime: createdAt };
}
