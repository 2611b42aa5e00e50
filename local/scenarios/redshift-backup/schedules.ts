import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import type { Place } from '../../cloud/gateway/service';
import type { Stage } from '../../rehearsal/stage';

/** Where schedules are. */
interface TwoAccounts {
  readonly source: Place;
  readonly target: Place;
}

const atRest = new WeakSet<TwoAccounts>();

/** Lets every schedule of both pipelines rest, once for all scenarios: what fires every hour would say the same each time, and a night would fall into whichever story has reached it. */
export async function restSchedules(stage: Stage<TwoAccounts>): Promise<void> {
  const { world } = stage;
  if (atRest.has(world)) return;
  atRest.add(world);
  await setSchedules(stage, await allSchedules(stage), 'DISABLED');
}

/** Does the work while schedules fire: those of these names, or all. */
export async function withSchedules<T>(stage: Stage<TwoAccounts>, names: readonly string[] | 'all', work: (fired: readonly string[]) => Promise<T>): Promise<T> {
  const all = await allSchedules(stage);
  const awake = names === 'all' ? all : all.filter(([, name]) => names.includes(name));
  await setSchedules(stage, awake, 'ENABLED');
  try {
    return await work(awake.map(([, name]) => name));
  } finally {
    await setSchedules(stage, awake, 'DISABLED');
  }
}

type PlacedSchedule = readonly [place: Place, name: string];

async function allSchedules(stage: Stage<TwoAccounts>): Promise<readonly PlacedSchedule[]> {
  const { source, target } = stage.world;
  const found = await Promise.all(
    [source, target].map(async (place) => {
      const { Schedules = [] } = await stage.client(SchedulerClient, place).send(new ListSchedulesCommand({ NamePrefix: 'redshift-backup-', MaxResults: 100 }));
      return Schedules.map(({ Name = '' }): PlacedSchedule => [place, Name]);
    }),
  );
  return found.flat();
}

/** Each schedule is alone in a group of its name. */
async function setSchedules(stage: Stage<TwoAccounts>, schedules: readonly PlacedSchedule[], State: 'ENABLED' | 'DISABLED'): Promise<void> {
  await Promise.all(
    schedules.map(async ([place, name]) => {
      const scheduler = stage.client(SchedulerClient, place);
      const { ScheduleExpression, FlexibleTimeWindow, KmsKeyArn, Target } = await scheduler.send(new GetScheduleCommand({ Name: name, GroupName: name }));
      await scheduler.send(new UpdateScheduleCommand({ Name: name, GroupName: name, ScheduleExpression, FlexibleTimeWindow, KmsKeyArn, Target, State }));
    }),
  );
}
