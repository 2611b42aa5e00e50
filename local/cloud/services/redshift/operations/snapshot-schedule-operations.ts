import { randomUUID } from 'node:crypto';
import type { SnapshotSchedule as ApiSchedule } from '@aws-sdk/client-redshift';
import { AwsError } from '../../../gateway/aws-error';
import { found, type Call } from '../../../gateway/service';
import { tagList } from '../../../gateway/tags';
import { byName, page } from '../../rds/describe/listing';
import { invalidCombination, required } from '../../rds/request-errors';
import { RedshiftAccess } from '../access/redshift-access';
import type { RedshiftContext } from '../redshift-context';
import { hasTags, requestedTags } from '../request';
import { checkDefinitions, nextSnapshotTimes } from '../snapshot-schedules';
import type { SnapshotSchedule } from '../state/estate';
import type { RedshiftOperations } from './redshift-operations';

/** Schedules of automated snapshots, and which clusters use them. */
export function snapshotScheduleOperations(redshift: RedshiftContext): RedshiftOperations {
  const to = new RedshiftAccess(redshift.estate);
  const named = (call: Call, name: string | undefined): SnapshotSchedule =>
    found(redshift.estate.in(call).schedules.get((name ?? '').toLowerCase()), 'SnapshotScheduleNotFoundFault', `Snapshot schedule ${name ?? ''} not found.`);
  return {
    CreateSnapshotSchedule: {
      access: (input, call) => to.created('snapshotschedule', call, input.ScheduleIdentifier, input.Tags),
      run: ({ ScheduleDefinitions = [], ScheduleIdentifier, ScheduleDescription, Tags, DryRun, NextInvocations }, call) => {
        const { schedules } = redshift.estate.in(call);
        const name = (ScheduleIdentifier ?? `schedule-${randomUUID()}`).toLowerCase();
        const createdAt = redshift.cloud.clock.now();
        if (schedules.has(name)) throw new AwsError('SnapshotScheduleAlreadyExistsFault', `The snapshot schedule ${name} already exists.`);
        checkDefinitions(ScheduleDefinitions, createdAt.getTime());
        const schedule: SnapshotSchedule = {
          place: { account: call.account, region: call.region },
          name,
          description: ScheduleDescription,
          definitions: ScheduleDefinitions,
          createdAt,
          tags: requestedTags(Tags),
        };
        if (!DryRun) schedules.set(name, schedule);
        return describe(redshift, schedule, NextInvocations);
      },
    },
    DescribeSnapshotSchedules: {
      access: ({ ScheduleIdentifier }, call) => [to.existing('snapshotschedule', call, ScheduleIdentifier)],
      run: ({ ScheduleIdentifier, ClusterIdentifier, TagKeys, TagValues, ...paging }, call) => {
        const cluster = ClusterIdentifier === undefined ? undefined : redshift.estate.cluster(call, ClusterIdentifier);
        const schedules = byName(redshift.estate.in(call).schedules.values(), ({ name }) => name).filter(
          ({ name, tags }) =>
            (ScheduleIdentifier === undefined || name === ScheduleIdentifier.toLowerCase()) &&
            (!cluster || cluster.scheduleIdentifier === name) &&
            hasTags(tags, TagKeys, TagValues),
        );
        const { items, Marker } = page(schedules, paging);
        return { SnapshotSchedules: items.map((schedule) => describe(redshift, schedule)), Marker };
      },
    },
    ModifySnapshotSchedule: {
      access: ({ ScheduleIdentifier }, call) => [to.existing('snapshotschedule', call, ScheduleIdentifier)],
      run: ({ ScheduleIdentifier, ScheduleDefinitions }, call) => {
        const schedule = named(call, ScheduleIdentifier);
        const definitions = required('ScheduleDefinitions', ScheduleDefinitions);
        checkDefinitions(definitions, redshift.cloud.clock.nowMs());
        schedule.definitions = definitions;
        for (const cluster of usersOf(redshift, schedule)) cluster.reschedule();
        return describe(redshift, schedule);
      },
    },
    DeleteSnapshotSchedule: {
      access: ({ ScheduleIdentifier }, call) => [to.existing('snapshotschedule', call, ScheduleIdentifier)],
      run: ({ ScheduleIdentifier }, call) => {
        const schedule = named(call, ScheduleIdentifier);
        if (usersOf(redshift, schedule).length > 0) throw new AwsError('InvalidClusterSnapshotScheduleStateFault', `The snapshot schedule ${schedule.name} is associated with clusters.`);
        redshift.estate.in(call).schedules.delete(schedule.name);
        return {};
      },
    },
    ModifyClusterSnapshotSchedule: {
      access: ({ ClusterIdentifier }, call) => [to.existing('cluster', call, ClusterIdentifier)],
      run: ({ ClusterIdentifier, ScheduleIdentifier, DisassociateSchedule = false }, call) => {
        const cluster = redshift.estate.cluster(call, required('ClusterIdentifier', ClusterIdentifier));
        if (!DisassociateSchedule && ScheduleIdentifier === undefined) throw invalidCombination('ScheduleIdentifier must be specified unless DisassociateSchedule is true.');
        cluster.scheduleIdentifier = DisassociateSchedule ? undefined : named(call, ScheduleIdentifier).name;
        cluster.reschedule();
        return {};
      },
    },
  };
}

function usersOf({ estate }: RedshiftContext, { place, name }: SnapshotSchedule) {
  return [...estate.in(place).clusters.values()].filter(({ scheduleIdentifier }) => scheduleIdentifier === name);
}

function describe(redshift: RedshiftContext, schedule: SnapshotSchedule, nextInvocations = 0): ApiSchedule {
  const clusters = usersOf(redshift, schedule);
  const { name, definitions, description, tags, createdAt } = schedule;
  return {
    ScheduleIdentifier: name,
    ScheduleDefinitions: [...definitions],
    ScheduleDescription: description,
    Tags: tagList(tags),
    NextInvocations: [...nextSnapshotTimes(definitions, redshift.cloud.clock.nowMs(), createdAt.getTime(), nextInvocations)],
    AssociatedClusterCount: clusters.length,
    AssociatedClusters: clusters.map(({ identifier }) => ({ ClusterIdentifier: identifier, ScheduleAssociationState: 'ACTIVE' })),
  };
}
