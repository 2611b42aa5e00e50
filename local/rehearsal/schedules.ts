import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import type { Place } from '../cloud/gateway/service';
import type { Stage } from './stage';

interface PlacedSchedule {
  readonly place: Place;
  readonly name: string;
}

/** The schedules of a system, which rest until a story is about them: what fires every hour would say the same each time, and a night would fall into whichever story has reached it. */
export class Schedules {
  constructor(
    private readonly stage: Stage<unknown>,
    /** With which their names begin. */
    private readonly prefix: string,
    private readonly places: readonly Place[],
  ) {}

  /** None of them fires from now on. */
  async rest(): Promise<void> {
    await this.set(await this.all(), 'DISABLED');
  }

  /** Does the work while some of them fire, or all, and tells it which. A rate fires at once. */
  async whileFiring<T>(names: readonly string[] | 'all', work: (firing: readonly string[]) => Promise<T>): Promise<T> {
    const firing = (await this.all()).filter(({ name }) => names === 'all' || names.includes(name));
    await this.set(firing, 'ENABLED');
    try {
      return await work(firing.map(({ name }) => name));
    } finally {
      await this.set(firing, 'DISABLED');
    }
  }

  private async all(): Promise<readonly PlacedSchedule[]> {
    const found = this.places.map(async (place) => {
      const { Schedules: schedules = [] } = await this.stage.client(SchedulerClient, place).send(new ListSchedulesCommand({ NamePrefix: this.prefix, MaxResults: 100 }));
      return schedules.map(({ Name = '' }) => ({ place, name: Name }));
    });
    return (await Promise.all(found)).flat();
  }

  /** Each schedule is alone in a group of its name. */
  private async set(schedules: readonly PlacedSchedule[], State: 'ENABLED' | 'DISABLED'): Promise<void> {
    for (const { place, name } of schedules) {
      const scheduler = this.stage.client(SchedulerClient, place);
      const { ScheduleExpression, FlexibleTimeWindow, KmsKeyArn, Target } = await scheduler.send(new GetScheduleCommand({ Name: name, GroupName: name }));
      await scheduler.send(new UpdateScheduleCommand({ Name: name, GroupName: name, ScheduleExpression, FlexibleTimeWindow, KmsKeyArn, Target, State }));
    }
  }
}
