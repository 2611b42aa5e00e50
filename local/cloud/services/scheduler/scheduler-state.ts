import type { ActionAfterCompletion, FlexibleTimeWindow, Target } from '@aws-sdk/client-scheduler';
import type { ScheduleExpression } from '../../engines/schedule/schedule-expression';
import { regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { Timer } from '../../gateway/clock';
import { PerRegion, type Place } from '../../gateway/service';

export const DEFAULT_GROUP = 'default';

/** A schedule as EventBridge Scheduler keeps it. */
export interface Schedule extends Place {
  readonly name: string;
  readonly group: string;
  readonly arn: string;
  readonly expression: string;
  readonly parsed: ScheduleExpression;
  readonly timeZone: string;
  readonly startDate: Date | undefined;
  readonly endDate: Date | undefined;
  readonly isEnabled: boolean;
  readonly description: string | undefined;
  readonly kmsKeyArn: string | undefined;
  readonly target: Target;
  readonly window: FlexibleTimeWindow;
  readonly afterCompletion: ActionAfterCompletion;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  timer: Timer | undefined;
}

export interface ScheduleGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  tags: Record<string, string>;
  readonly schedules: Map<string, Schedule>;
}

/** Schedules of all accounts and regions, in their groups; each region has a default group from the beginning. */
export class SchedulerState {
  private readonly regions = new PerRegion<Map<string, ScheduleGroup>>((place) => new Map([[DEFAULT_GROUP, newGroup(place, DEFAULT_GROUP, new Date(0))]]));

  groupsIn(place: Place): Map<string, ScheduleGroup> {
    return this.regions.in(place);
  }

  group(place: Place, name: string = DEFAULT_GROUP): ScheduleGroup {
    const group = this.regions.in(place).get(name);
    if (!group) throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`);
    return group;
  }

  schedule(place: Place, name: string | undefined, group?: string): Schedule {
    const schedule = this.group(place, group).schedules.get(name ?? '');
    if (!schedule) throw new AwsError('ResourceNotFoundException', `Schedule ${name ?? ''} does not exist.`);
    return schedule;
  }
}

export function newGroup(place: Place, name: string, createdAt: Date): ScheduleGroup {
  return { name, arn: groupArn(place, name), createdAt, tags: {}, schedules: new Map() };
}

export function groupArn(place: Place, name: string): string {
  return regionalArn('scheduler', place, `schedule-group/${name}`);
}

export function scheduleArn(place: Place, group: string, name: string): string {
  return regionalArn('scheduler', place, `schedule/${group}/${name}`);
}
