import type { BackupRule } from '@aws-sdk/client-backup';
import { nextTime, parseSchedule } from '../../../engines/schedule/schedule-expression';
import { AwsError } from '../../../gateway/aws-error';
import { planArn } from '../backup-arn';
import type { BackupContext } from '../backup-context';
import { newBackupJob } from '../jobs/new-jobs';
import { roleClient } from '../jobs/job-role';
import { runBackupJob } from '../jobs/run-backup-job';
import { startCopies } from '../jobs/start-copies';
import type { Plan, Selection } from '../state/plan';
import { selectedOf } from './selected-resources';

/** "If you don't specify a schedule, backups run every day at 5 o'clock UTC." */
export const DEFAULT_SCHEDULE = 'cron(0 5 ? * * *)';
export const DEFAULT_START_WINDOW_MINUTES = 8 * 60;
export const DEFAULT_COMPLETION_WINDOW_MINUTES = 7 * 24 * 60;

/** Runs a plan's rules when their schedules say so, until the plan is changed or deleted. */
export function followPlan(backup: BackupContext, plan: Plan): void {
  plan.schedule.abort();
  plan.schedule = new AbortController();
  for (const rule of plan.rules) void followRule(backup, plan, rule, plan.schedule.signal);
}

async function followRule(backup: BackupContext, plan: Plan, rule: BackupRule, signal: AbortSignal): Promise<void> {
  const { clock } = backup.cloud;
  const schedule = parseSchedule(rule.ScheduleExpression ?? DEFAULT_SCHEDULE);
  const anchorMs = clock.nowMs();
  let lastMs = anchorMs;
  while (!signal.aborted) {
    const nextMs = nextTime(schedule, lastMs, { anchorMs, timeZone: rule.ScheduleExpressionTimezone ?? 'UTC' });
    if (nextMs === undefined) return;
    const isDue = await clock.sleep(nextMs - clock.nowMs(), signal).then(
      () => true,
      () => false,
    );
    if (!isDue) return;
    lastMs = nextMs;
    plan.lastRunAt = clock.now();
    await runRule(backup, plan, rule).catch((error: Error) => backup.cloud.reportDefect(error, `rule ${rule.RuleName ?? ''} of ${plan.name}`));
  }
}

async function runRule(backup: BackupContext, plan: Plan, rule: BackupRule): Promise<void> {
  for (const selection of plan.selections.values()) await backUpSelected(backup, plan, rule, selection);
}

/** A vault that is gone or a role that cannot look for resources means that there are no jobs, which is what AWS makes of it. */
async function backUpSelected(backup: BackupContext, plan: Plan, rule: BackupRule, { id, selection }: Selection): Promise<void> {
  const { estate } = backup;
  const vault = estate.in(plan.place).vaults.get(rule.TargetBackupVaultName ?? '');
  if (!vault) return;
  const roleArn = selection.IamRoleArn ?? '';
  for (const adapter of backup.adapters) {
    const resources = await roleClient(backup, { place: plan.place, roleArn, id }, planArn(plan.place, plan.id))
      .then((role) => adapter.list(role))
      .catch((error: unknown) => {
        if (error instanceof AwsError) return [];
        throw error;
      });
    const isOptedIn = estate.in(plan.place).optIns.get(adapter.resourceType) ?? true;
    for (const resource of selectedOf(resources, selection, isOptedIn)) {
      const job = newBackupJob(backup, vault, {
        resourceArn: resource.arn,
        resourceType: adapter.resourceType,
        resourceName: resource.name,
        roleArn,
        createdBy: {
          BackupPlanId: plan.id,
          BackupPlanArn: planArn(plan.place, plan.id),
          BackupPlanName: plan.name,
          BackupPlanVersion: plan.versionId,
          BackupRuleId: rule.RuleId,
          BackupRuleName: rule.RuleName,
          BackupRuleCron: rule.ScheduleExpression ?? DEFAULT_SCHEDULE,
          BackupRuleTimezone: rule.ScheduleExpressionTimezone ?? 'UTC',
        },
        lifecycle: rule.Lifecycle ?? {},
        // "Tags of the resource are copied to its recovery points": https://docs.aws.amazon.com/aws-backup/latest/devguide/recov-point-create-on-demand-backup.html
        recoveryPointTags: { ...withoutReserved(resource.tags), ...rule.RecoveryPointTags },
        startWindowMinutes: rule.StartWindowMinutes ?? DEFAULT_START_WINDOW_MINUTES,
        completionWindowMinutes: rule.CompletionWindowMinutes ?? DEFAULT_COMPLETION_WINDOW_MINUTES,
      });
      void runBackupJob(backup, adapter, job, () => startCopies(backup, job, rule.CopyActions ?? []));
    }
  }
}

function withoutReserved(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('aws:')));
}

/** When the rules of a plan run next, for who looks at a plan. */
export function nextRunsOf(backup: BackupContext, plan: Plan, most: number) {
  const nowMs = backup.cloud.clock.nowMs();
  const runs = plan.rules.flatMap((rule) => {
    const schedule = parseSchedule(rule.ScheduleExpression ?? DEFAULT_SCHEDULE);
    const times: number[] = [];
    for (let at = nextTime(schedule, nowMs, { anchorMs: nowMs, timeZone: rule.ScheduleExpressionTimezone ?? 'UTC' }); at !== undefined && times.length < most; at = nextTime(schedule, at, { anchorMs: nowMs, timeZone: rule.ScheduleExpressionTimezone ?? 'UTC' })) times.push(at);
    return times.map((at) => ({ ExecutionTime: new Date(at), RuleId: rule.RuleId, RuleExecutionType: 'SNAPSHOTS' as const }));
  });
  return runs.sort((one, other) => one.ExecutionTime.getTime() - other.ExecutionTime.getTime()).slice(0, most);
}

