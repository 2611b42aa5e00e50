import { BackupClient, ListBackupJobsCommand } from '@aws-sdk/client-backup';
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateTagsCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import { TAG } from '../../../lambda/redshift-backup/contract';
import type { Place } from '../../cloud/gateway/service';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { passDaysWithoutBackups } from './days-without-backups';
import { WarehouseOnStage } from './warehouse-on-stage';
import { fillWarehouse, schedulesOf, type RedshiftBackupWorld } from './world';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Nobody does anything for weeks. */
export const aWeek: Scenario<RedshiftBackupWorld> = {
  name: 'a-week',
  title: 'Nights pass: schedules back up and prove, the retention deletes what is older than a week and keeps what is held or the first of its own; then nobody backs up, people are told, and the last of all stays as long as something cleans up',
  async run(stage) {
    const { source, target, config } = stage.world;
    const nightly = [`redshift-backup-${config.name}`, `redshift-backup-${config.name}-proof`];
    const warehouse = new WarehouseOnStage(stage);
    await fillWarehouse(stage);
    await stage.step('it becomes Sunday', () => stage.cloud.clock.pass(untilSundayMs(stage.cloud.clock.now())));
    const startedAt = stage.cloud.clock.now();
    const held = await schedulesOf(stage).whileFiring(nightly, () => twoNights(stage, warehouse));
    const [monday = '', tuesday = '', ...others] = await ofNights(stage, warehouse, startedAt);
    stage.check(tuesday !== '' && others.length === 0, 'each night had its backup, named after the moment it was meant for', monday, tuesday);
    // The nights in between would say the same again.
    await stage.step('eight days go by', async () => stage.cloud.clock.putForward(8 * DAY_MS));
    const doomed = await schedulesOf(stage).whileFiring(nightly, () => thirdNight(stage, warehouse));

    const left = await ofNights(stage, warehouse, startedAt);
    stage.check(left.length === 2 && left[0] === monday && !left.includes(tuesday), 'what is older than a week is gone, but for the first of its week', ...left);
    const shared = new Set((await warehouse.snapshots(target, source)).map(({ SnapshotIdentifier }) => SnapshotIdentifier));
    const manifests = await warehouse.evidenceKeys('manifests/');
    stage.check(left.every((identifier) => shared.has(identifier) && manifests.includes(`manifests/${identifier}/before.json`)), 'all that is left is shared, and has its manifest');
    stage.check((await warehouse.snapshot(source, held))?.ManualSnapshotRetentionPeriod === -1, 'what is on hold is still there, for ever');
    const owned = (await warehouse.snapshots(target)).filter(({ SnapshotCreateTime }) => (SnapshotCreateTime ?? startedAt) > startedAt);
    stage.check(owned.length === 2, 'two of them were proven by schedule and are owned by the target account', ...owned.map(({ SnapshotIdentifier = '' }) => SnapshotIdentifier));
    stage.check((await warehouse.clusters(target)).length === 0, 'no restored cluster is left');

    await stage.step('nine days pass without a backup, and without a clean-up', () => stage.cloud.clock.pass(9 * DAY_MS));
    stage.check((await warehouse.snapshot(source, doomed)) === undefined, 'Redshift itself has deleted what nobody cleaned up');
    stage.check((await warehouse.snapshot(source, held)) !== undefined, 'and nothing that is on hold');
    const { BackupJobs = [] } = await stage.client(BackupClient, source).send(new ListBackupJobsCommand({ ByState: 'COMPLETED', ByCreatedAfter: startedAt }));
    const planned = BackupJobs.filter(({ CreatedBy }) => CreatedBy?.BackupPlanId !== undefined);
    stage.check(planned.length > 0, 'AWS Backup has made recovery points of its own, by its plan', ...planned.map(({ RecoveryPointArn = '' }) => RecoveryPointArn));
    await peopleAreTold(stage, [[source, 'RetentionUnkept'], [target, 'RetentionUnkept']]);
    await everyHour(stage);
    await peopleAreTold(stage, [[source, 'BackupMissing'], [target, 'NothingFreshToRestore'], [target, 'NoProvenCopy']]);
    await cleanersGoOn(stage, warehouse);
  },
};

/** Nothing but the backup of Monday may be the first of a week or a month: not a Sunday before the first of one. */
function untilSundayMs(now: Date): number {
  const sunday = new Date(now);
  sunday.setUTCHours(12, 0, 0, 0);
  const isFit = (): boolean => sunday > now && sunday.getUTCDay() === 0 && new Date(sunday.getTime() + 2 * DAY_MS).getUTCDate() !== 1;
  while (!isFit()) sunday.setUTCDate(sunday.getUTCDate() + 1);
  return sunday.getTime() - now.getTime();
}

/** From Sunday noon to Tuesday morning. A night's functions are still warm in the hour after it. */
async function twoNights(stage: Stage<RedshiftBackupWorld>, warehouse: WarehouseOnStage): Promise<string> {
  await stage.step('the first night passes', () => stage.cloud.clock.pass(14.75 * HOUR_MS));
  const held = await warehouse.backUpWell({ retention_days: 1 }, 'a backup that the lawyers ask to keep');
  const { SnapshotArn } = (await warehouse.snapshot(stage.world.source, held)) ?? {};
  await stage.step('it is put on hold', () => stage.client(RedshiftClient, stage.world.source).send(new CreateTagsCommand({ ResourceName: SnapshotArn, Tags: [{ Key: TAG.legalHold, Value: 'case 4711' }] })));
  await stage.step('a day with a proof passes, and the second night', () => stage.cloud.clock.pass(24 * HOUR_MS));
  return held;
}

/** From a Wednesday to Thursday noon. */
async function thirdNight(stage: Stage<RedshiftBackupWorld>, warehouse: WarehouseOnStage): Promise<string> {
  await stage.step('the third night passes', () => stage.cloud.clock.pass(24 * HOUR_MS - 5 * 60_000));
  const doomed = await warehouse.backUpWell({ retention_days: 1 }, 'a backup for a day, the last of all');
  await stage.step('a morning with a proof passes', () => stage.cloud.clock.pass(8 * HOUR_MS));
  return doomed;
}

/** The backups that schedules made and that are left, the oldest first. */
async function ofNights(stage: Stage<RedshiftBackupWorld>, warehouse: WarehouseOnStage, startedAt: Date): Promise<readonly string[]> {
  const made = (await warehouse.snapshots(stage.world.source)).filter(({ SnapshotCreateTime, SnapshotIdentifier }) => (SnapshotCreateTime ?? startedAt) > startedAt && SnapshotIdentifier?.endsWith('-020000'));
  return made.map(({ SnapshotIdentifier = '' }) => SnapshotIdentifier).sort();
}

/** What looks after shares, copies, freshness and what was left behind. */
async function everyHour(stage: Stage<RedshiftBackupWorld>): Promise<void> {
  const { source, target } = stage.world;
  const StartTime = stage.cloud.clock.now();
  const fired = await schedulesOf(stage).whileFiring('all', async (names) => {
    await stage.step('an hour passes in which every schedule fires', () => stage.cloud.clock.pass(50 * 60_000));
    return names.filter((name) => /-(shares|region-copies|freshness|sweep|copy-probe|retention)$/.test(name));
  });
  const sums = async (place: Place, MetricName: string) => {
    const cloudWatch = stage.client(CloudWatchClient, place);
    const ask = (name: string) => cloudWatch.send(new GetMetricStatisticsCommand({ Namespace: 'AWS/Scheduler', MetricName, Dimensions: [{ Name: 'ScheduleGroup', Value: name }], StartTime, EndTime: stage.cloud.clock.now(), Period: 3600, Statistics: ['Sum'] }));
    return Promise.all(fired.map(async (name) => ((await ask(name)).Datapoints ?? []).reduce((sum, { Sum = 0 }) => sum + Sum, 0)));
  };
  const attempts = (await Promise.all([source, target].map((place) => sums(place, 'InvocationAttemptCount')))).flat();
  const errors = (await Promise.all([source, target].map((place) => sums(place, 'TargetErrorCount')))).flat();
  stage.check(attempts.filter((count) => count > 0).length === fired.length && errors.every((count) => count === 0), 'each has reached its function', ...fired);
}

/** Backups and proofs have ended, their clean-ups have not. */
async function cleanersGoOn(stage: Stage<RedshiftBackupWorld>, warehouse: WarehouseOnStage): Promise<void> {
  const { source, target, config } = stage.world;
  const [lastGood, lastProven] = [await warehouse.newest(source), await warehouse.newest(target)];
  const name = `redshift-backup-${config.name}`;
  await passDaysWithoutBackups(stage, [`${name}-retention`, `${name}-copy-retention`], [6, 6, 2]);
  for (const [place, last, what, { days }] of [[source, lastGood, 'last good backup', config.retention], [target, lastProven, 'last proven copy', config.proof.retention]] as const) {
    const isThere = (await warehouse.snapshot(place, last?.SnapshotIdentifier ?? '')) !== undefined;
    const ageDays = Math.floor((stage.cloud.clock.now().getTime() - (last?.SnapshotCreateTime?.getTime() ?? Infinity)) / DAY_MS);
    stage.check(isThere && ageDays >= days + config.graceDays, `the ${what} is still there, ${ageDays} days old: the policy's ${days} and ${config.graceDays} of grace are over`, last?.SnapshotIdentifier ?? 'none');
  }
}

async function peopleAreTold(stage: Stage<RedshiftBackupWorld>, alarms: readonly (readonly [Place, string])[]): Promise<void> {
  const { config } = stage.world;
  for (const [place, id] of alarms) {
    const AlarmNames = [`redshift-backup/${config.name}/${id}`];
    const { MetricAlarms: [alarm] = [] } = await stage.client(CloudWatchClient, place).send(new DescribeAlarmsCommand({ AlarmNames }));
    const told = stage.cloud.services.integration.outbox.messages().filter(({ body }) => body.includes(`${AlarmNames[0] ?? ''}"`));
    stage.check(alarm?.StateValue === 'ALARM' && told.length > 0, `the alarm ${id} rings, and people are told`, alarm?.StateReason ?? '');
  }
}
