import { randomUUID } from 'node:crypto';
import type { BackupPlan as ApiPlan, BackupPlanInput, BackupRule, BackupRuleInput, BackupSelection, BackupPlansListMember } from '@aws-sdk/client-backup';
import { InvalidScheduleExpression } from '../../../engines/schedule/schedule-error';
import { parseSchedule } from '../../../engines/schedule/schedule-expression';
import { AwsError } from '../../../gateway/aws-error';
import type { Call } from '../../../gateway/service';
import { BackupAccess } from '../backup-access';
import { parseVaultArn, planArn } from '../backup-arn';
import type { BackupContext } from '../backup-context';
import { invalidRequest, invalidValue, notFound, required } from '../backup-errors';
import { checkLifecycle } from '../lifecycle';
import { DEFAULT_COMPLETION_WINDOW_MINUTES, DEFAULT_SCHEDULE, DEFAULT_START_WINDOW_MINUTES, followPlan, nextRunsOf } from '../plans/plan-runner';
import type { Plan, Selection } from '../state/plan';
import { paged, type BackupOperations } from './backup-operations';

const NAME = /^[\w.-]{1,50}$/;
const SELECTION_NAME = /^[\w.-]{1,50}$/;
const SHORTEST_START_WINDOW_MINUTES = 60;

/** Plans and their selections. */
export function planOperations(backup: BackupContext): BackupOperations {
  const { estate, cloud, notices } = backup;
  const to = new BackupAccess(estate);
  const access = ({ BackupPlanId }: { BackupPlanId: string | undefined }, call: Call) => [to.plan(call, BackupPlanId)];
  return {
    CreateBackupPlan: {
      access: ({ BackupPlanTags }, call) => to.created(planArn(call, '*'), BackupPlanTags),
      run: ({ BackupPlan, BackupPlanTags, CreatorRequestId }, call) => {
        const plan = createPlan(backup, call, required('BackupPlan', BackupPlan), BackupPlanTags, CreatorRequestId);
        return { BackupPlanId: plan.id, BackupPlanArn: planArn(plan.place, plan.id), CreationDate: plan.createdAt, VersionId: plan.versionId };
      },
    },
    UpdateBackupPlan: {
      access,
      run: ({ BackupPlanId, BackupPlan }, call) => {
        const plan = estate.plan(call, BackupPlanId);
        applyInput(backup, plan, required('BackupPlan', BackupPlan));
        return { BackupPlanId: plan.id, BackupPlanArn: planArn(plan.place, plan.id), CreationDate: cloud.clock.now(), VersionId: plan.versionId };
      },
    },
    GetBackupPlan: {
      access,
      run: ({ BackupPlanId, MaxScheduledRunsPreview = 0 }, call) => {
        const plan = estate.plan(call, BackupPlanId);
        return {
          BackupPlan: describePlan(plan),
          BackupPlanId: plan.id,
          BackupPlanArn: planArn(plan.place, plan.id),
          VersionId: plan.versionId,
          CreatorRequestId: plan.creatorRequestId,
          CreationDate: plan.createdAt,
          LastExecutionDate: plan.lastRunAt,
          ...(MaxScheduledRunsPreview > 0 && { ScheduledRunsPreview: nextRunsOf(backup, plan, MaxScheduledRunsPreview) }),
        };
      },
    },
    ListBackupPlans: {
      access: () => to.anything(),
      run: ({ IncludeDeleted: _, ...paging }, call) => {
        const { items, NextToken } = paged([...estate.in(call).plans.values()], paging);
        return { BackupPlansList: items.map(listed), NextToken };
      },
    },
    ListBackupPlanVersions: {
      access,
      run: ({ BackupPlanId, ...paging }, call) => {
        const plan = estate.plan(call, BackupPlanId);
        const { items, NextToken } = paged(plan.versions, paging);
        const common = { BackupPlanId: plan.id, BackupPlanArn: planArn(plan.place, plan.id) };
        return { BackupPlanVersionsList: items.map(({ versionId, createdAt, name }) => ({ ...common, VersionId: versionId, CreationDate: createdAt, BackupPlanName: name })), NextToken };
      },
    },
    DeleteBackupPlan: {
      access,
      run: ({ BackupPlanId }, call) => {
        const plan = estate.plan(call, BackupPlanId);
        // "A backup plan can only be deleted after all associated selections of resources have been deleted": the SDK's type text.
        if (plan.selections.size > 0) throw invalidRequest('Related backup plan selections must be deleted prior to backup plan deletion');
        plan.schedule.abort();
        estate.in(call).plans.delete(plan.id);
        notices.plan(plan.place, planArn(plan.place, plan.id), { backupPlanId: plan.id, state: 'DELETED', versionId: plan.versionId });
        return { BackupPlanId: plan.id, BackupPlanArn: planArn(plan.place, plan.id), DeletionDate: cloud.clock.now(), VersionId: plan.versionId };
      },
    },
    CreateBackupSelection: {
      access: ({ BackupPlanId, BackupSelection: selection }, call) => [to.plan(call, BackupPlanId), ...to.passedRole(selection?.IamRoleArn)],
      run: ({ BackupPlanId, BackupSelection: wanted, CreatorRequestId }, call) => {
        const plan = estate.plan(call, BackupPlanId);
        const selection: Selection = { id: randomUUID(), selection: checkSelection(plan, required('BackupSelection', wanted)), createdAt: cloud.clock.now(), creatorRequestId: CreatorRequestId };
        plan.selections.set(selection.id, selection);
        return { SelectionId: selection.id, BackupPlanId: plan.id, CreationDate: selection.createdAt };
      },
    },
    GetBackupSelection: {
      access,
      run: ({ BackupPlanId, SelectionId }, call) => {
        const { selection, id, createdAt, creatorRequestId } = selectionOf(estate.plan(call, BackupPlanId), SelectionId);
        return { BackupSelection: selection, SelectionId: id, BackupPlanId, CreationDate: createdAt, CreatorRequestId: creatorRequestId };
      },
    },
    ListBackupSelections: {
      access,
      run: ({ BackupPlanId, ...paging }, call) => {
        const { items, NextToken } = paged([...estate.plan(call, BackupPlanId).selections.values()], paging);
        return {
          BackupSelectionsList: items.map(({ id, selection, createdAt, creatorRequestId }) => ({
            SelectionId: id,
            SelectionName: selection.SelectionName,
            BackupPlanId,
            CreationDate: createdAt,
            CreatorRequestId: creatorRequestId,
            IamRoleArn: selection.IamRoleArn,
          })),
          NextToken,
        };
      },
    },
    DeleteBackupSelection: {
      access,
      run: ({ BackupPlanId, SelectionId }, call) => {
        const plan = estate.plan(call, BackupPlanId);
        plan.selections.delete(selectionOf(plan, SelectionId).id);
        return {};
      },
    },
  };
}

function createPlan(backup: BackupContext, call: Call, input: BackupPlanInput, tags: Record<string, string> | undefined, creatorRequestId: string | undefined): Plan {
  const { plans } = backup.estate.in(call);
  const twin = [...plans.values()].find(({ name }) => name === input.BackupPlanName);
  if (twin && creatorRequestId !== undefined && twin.creatorRequestId === creatorRequestId) return twin;
  if (twin && JSON.stringify(twin.rules.map(withoutId)) === JSON.stringify((input.Rules ?? []).map(newRule).map(withoutId))) {
    throw new AwsError('AlreadyExistsException', 'Backup plan with the same plan document already exists', { details: { Arn: planArn(twin.place, twin.id), CreatorRequestId: twin.creatorRequestId } });
  }
  const plan: Plan = {
    place: { account: call.account, region: call.region },
    id: randomUUID(),
    createdAt: backup.cloud.clock.now(),
    creatorRequestId,
    selections: new Map(),
    versions: [],
    versionId: '',
    name: '',
    rules: [],
    settings: [],
    lastRunAt: undefined,
    tags: { ...tags },
    schedule: new AbortController(),
  };
  applyInput(backup, plan, input);
  plans.set(plan.id, plan);
  return plan;
}

/** A new version of the plan, which takes effect at once. */
function applyInput(backup: BackupContext, plan: Plan, { BackupPlanName, Rules = [], AdvancedBackupSettings = [] }: BackupPlanInput): void {
  const name = required('BackupPlanName', BackupPlanName);
  if (!NAME.test(name)) throw invalidValue(`Invalid backup plan name: ${name}`);
  if (Rules.length === 0) throw invalidValue('A backup plan needs at least one rule.');
  for (const rule of Rules) checkRule(backup, plan, rule);
  const isNew = plan.versionId === '';
  plan.name = name;
  plan.rules = Rules.map(newRule);
  plan.settings = AdvancedBackupSettings;
  plan.versionId = Buffer.from(randomUUID()).toString('base64');
  plan.versions.push({ versionId: plan.versionId, createdAt: backup.cloud.clock.now(), name });
  followPlan(backup, plan);
  backup.notices.plan(plan.place, planArn(plan.place, plan.id), { backupPlanId: plan.id, state: isNew ? 'CREATED' : 'MODIFIED', versionId: plan.versionId });
}

function checkRule({ estate }: BackupContext, { place }: Plan, rule: BackupRuleInput): void {
  const { RuleName = '', StartWindowMinutes: start = DEFAULT_START_WINDOW_MINUTES, CompletionWindowMinutes: completion = DEFAULT_COMPLETION_WINDOW_MINUTES } = rule;
  if (!NAME.test(RuleName)) throw invalidValue(`Invalid rule name: ${RuleName}`);
  estate.vault(place, rule.TargetBackupVaultName);
  if (start < SHORTEST_START_WINDOW_MINUTES) throw invalidValue(`StartWindowMinutes ${start} must be at least ${SHORTEST_START_WINDOW_MINUTES}.`);
  if (completion < start + 60) throw invalidValue(`CompletionWindowMinutes ${completion} must be at least an hour longer than StartWindowMinutes ${start}.`);
  checkLifecycle(rule.Lifecycle ?? {});
  for (const { DestinationBackupVaultArn = '', Lifecycle: lifecycle = {} } of rule.CopyActions ?? []) {
    if (!parseVaultArn(DestinationBackupVaultArn)) throw invalidValue(`Invalid DestinationBackupVaultArn: ${DestinationBackupVaultArn}`);
    checkLifecycle(lifecycle);
  }
  try {
    parseSchedule(rule.ScheduleExpression ?? DEFAULT_SCHEDULE);
  } catch (error) {
    if (error instanceof InvalidScheduleExpression) throw invalidValue(`Invalid ScheduleExpression: ${error.message}`);
    throw error;
  }
}

function checkSelection(plan: Plan, selection: BackupSelection): BackupSelection {
  const { SelectionName = '', IamRoleArn, Resources = [], ListOfTags = [], NotResources = [], Conditions } = selection;
  if (!SELECTION_NAME.test(SelectionName)) throw invalidValue(`Invalid selection name: ${SelectionName}`);
  required('IamRoleArn', IamRoleArn);
  if (Resources.length + ListOfTags.length + NotResources.length === 0 && !Conditions) throw invalidValue('A selection needs resources, tags or conditions.');
  if ([...plan.selections.values()].some((other) => other.selection.SelectionName === SelectionName)) throw new AwsError('AlreadyExistsException', `A selection named ${SelectionName} already exists.`);
  return selection;
}

function selectionOf(plan: Plan, id = ''): Selection {
  const selection = plan.selections.get(id);
  if (!selection) throw notFound(`Cannot find Backup Selection with ID ${id}`);
  return selection;
}

function newRule(rule: BackupRuleInput): BackupRule {
  return { ...rule, RuleId: randomUUID(), ScheduleExpression: rule.ScheduleExpression ?? DEFAULT_SCHEDULE, ScheduleExpressionTimezone: rule.ScheduleExpressionTimezone ?? 'Etc/UTC', StartWindowMinutes: rule.StartWindowMinutes ?? DEFAULT_START_WINDOW_MINUTES, CompletionWindowMinutes: rule.CompletionWindowMinutes ?? DEFAULT_COMPLETION_WINDOW_MINUTES };
}

function withoutId({ RuleId: _, ...rule }: BackupRule): unknown {
  return rule;
}

function describePlan({ name, rules, settings }: Plan): ApiPlan {
  return { BackupPlanName: name, Rules: [...rules], ...(settings.length > 0 && { AdvancedBackupSettings: [...settings] }) };
}

function listed(plan: Plan): BackupPlansListMember {
  return {
    BackupPlanArn: planArn(plan.place, plan.id),
    BackupPlanId: plan.id,
    BackupPlanName: plan.name,
    CreationDate: plan.createdAt,
    VersionId: plan.versionId,
    CreatorRequestId: plan.creatorRequestId,
    LastExecutionDate: plan.lastRunAt,
  };
}
