import { randomUUID } from 'node:crypto';
import { CreateServiceLinkedRoleCommand } from '@aws-sdk/client-iam';
import type { Framework as ApiFramework, FrameworkControl, ReportJob as ApiReportJob, ReportPlan as ApiReportPlan, ReportSetting } from '@aws-sdk/client-backup';
import { regionalArn } from '../../../gateway/arn';
import { AwsError } from '../../../gateway/aws-error';
import { accountRoot } from '../../../gateway/principal';
import type { Call } from '../../../gateway/service';
import { resourceTagContext } from '../../../gateway/tags';
import { followReportPlan, newReportJob, REPORT_TEMPLATES, runReport } from '../audit/run-report';
import { frameworkStatus, isRecording } from '../audit/resource-tracking';
import { BackupAccess } from '../backup-access';
import type { BackupContext } from '../backup-context';
import { invalidValue, notFound, required } from '../backup-errors';
import type { Framework, ReportJob, ReportPlan } from '../state/audit';
import { paged, type BackupOperations } from './backup-operations';

const NAME = /^[a-zA-Z]\w{0,255}$/;
const DEPLOYMENT_MS = 5 * 60_000;

/** Report plans and frameworks of AWS Backup Audit Manager. */
export function auditOperations(backup: BackupContext): BackupOperations {
  return { ...reportOperations(backup), ...frameworkOperations(backup) };
}

function reportOperations(backup: BackupContext): BackupOperations {
  const { estate, cloud } = backup;
  const to = new BackupAccess(estate);
  const named = (call: Call, name = ''): ReportPlan => estate.in(call).reportPlans.get(name) ?? missing(`Report plan ${name} is not found.`);
  const access = ({ ReportPlanName }: { ReportPlanName: string | undefined }, call: Call) => {
    const known = estate.in(call).reportPlans.get(ReportPlanName ?? '');
    return [{ resource: known?.arn ?? regionalArn('backup', call, `report-plan:${ReportPlanName ?? ''}-*`), context: resourceTagContext(known?.tags ?? {}) }];
  };
  return {
    CreateReportPlan: {
      access: ({ ReportPlanName = '', ReportPlanTags, ReportSetting: setting }, call) =>
        to.created(regionalArn('backup', call, `report-plan:${ReportPlanName}-*`), ReportPlanTags).map((asked) => ({
          ...asked,
          context: { ...asked.context, ...(asked.action === undefined && setting?.FrameworkArns?.length && { 'backup:FrameworkArns': setting.FrameworkArns }) },
        })),
      run: async ({ ReportPlanName, ReportPlanDescription, ReportDeliveryChannel, ReportSetting: setting, ReportPlanTags }, call) => {
        await createReporter(backup, call);
        const name = checkName('ReportPlanName', ReportPlanName);
        const { reportPlans } = estate.in(call);
        if (reportPlans.has(name)) throw new AwsError('AlreadyExistsException', `Report plan ${name} already exists.`);
        const place = { account: call.account, region: call.region };
        const plan: ReportPlan = {
          place,
          name,
          arn: regionalArn('backup', place, `report-plan:${name}-${randomUUID()}`),
          createdAt: cloud.clock.now(),
          description: ReportPlanDescription,
          channel: required('ReportDeliveryChannel', ReportDeliveryChannel),
          setting: checkSetting(required('ReportSetting', setting)),
          lastAttemptAt: undefined,
          lastSuccessAt: undefined,
          tags: { ...ReportPlanTags },
          schedule: new AbortController(),
        };
        reportPlans.set(name, plan);
        void followReportPlan(backup, plan);
        return { ReportPlanName: name, ReportPlanArn: plan.arn, CreationTime: plan.createdAt };
      },
    },
    UpdateReportPlan: {
      access,
      run: ({ ReportPlanName, ReportPlanDescription, ReportDeliveryChannel, ReportSetting: setting }, call) => {
        const plan = named(call, ReportPlanName);
        plan.description = ReportPlanDescription ?? plan.description;
        plan.channel = ReportDeliveryChannel ?? plan.channel;
        plan.setting = setting ? checkSetting(setting) : plan.setting;
        return { ReportPlanName: plan.name, ReportPlanArn: plan.arn, CreationTime: plan.createdAt };
      },
    },
    DescribeReportPlan: { access, run: ({ ReportPlanName }, call) => ({ ReportPlan: describePlan(named(call, ReportPlanName)) }) },
    ListReportPlans: {
      access: () => to.anything(),
      run: (input, call) => {
        const { items, NextToken } = paged([...estate.in(call).reportPlans.values()], input);
        return { ReportPlans: items.map(describePlan), NextToken };
      },
    },
    DeleteReportPlan: {
      access,
      run: ({ ReportPlanName }, call) => {
        const plan = named(call, ReportPlanName);
        plan.schedule.abort();
        estate.in(call).reportPlans.delete(plan.name);
        return {};
      },
    },
    StartReportJob: {
      access,
      run: ({ ReportPlanName }, call) => {
        const job = newReportJob(backup, named(call, ReportPlanName));
        void runReport(backup, job);
        return { ReportJobId: job.id };
      },
    },
    DescribeReportJob: {
      access: () => to.anything(),
      run: ({ ReportJobId = '' }, call) => ({ ReportJob: describeJob(estate.in(call).reportJobs.get(ReportJobId) ?? missing(`Report job ${ReportJobId} is not found.`)) }),
    },
    ListReportJobs: {
      access: () => to.anything(),
      run: ({ ByReportPlanName, ByStatus, ByCreationBefore, ByCreationAfter, ...paging }, call) => {
        const jobs = [...estate.in(call).reportJobs.values()].filter(
          ({ plan, status, createdAt }) =>
            (ByReportPlanName === undefined || plan.name === ByReportPlanName) &&
            (ByStatus === undefined || status === ByStatus) &&
            (ByCreationBefore === undefined || createdAt < ByCreationBefore) &&
            (ByCreationAfter === undefined || createdAt > ByCreationAfter),
        );
        const { items, NextToken } = paged(jobs, paging);
        return { ReportJobs: items.map(describeJob), NextToken };
      },
    },
  };
}

/** Bucket policies name the role that writes reports, which AWS Backup creates with the first plan. */
async function createReporter({ cloud }: BackupContext, call: Call): Promise<void> {
  try {
    await cloud.as(accountRoot(call.account), call).send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'reports.backup.amazonaws.com' }));
  } catch (error) {
    // It is there already.
    if (!(error instanceof AwsError) || error.code !== 'InvalidInputException') throw error;
  }
}

function frameworkOperations(backup: BackupContext): BackupOperations {
  const { estate, cloud } = backup;
  const to = new BackupAccess(estate);
  const named = (call: Call, name = ''): Framework => estate.in(call).frameworks.get(name) ?? missing(`Framework ${name} is not found.`);
  const access = ({ FrameworkName }: { FrameworkName: string | undefined }, call: Call) => {
    const known = estate.in(call).frameworks.get(FrameworkName ?? '');
    return [{ resource: known?.arn ?? regionalArn('backup', call, `framework:${FrameworkName ?? ''}-*`), context: resourceTagContext(known?.tags ?? {}) }];
  };
  return {
    CreateFramework: {
      access: ({ FrameworkName = '', FrameworkTags }, call) => to.created(regionalArn('backup', call, `framework:${FrameworkName}-*`), FrameworkTags),
      run: ({ FrameworkName, FrameworkDescription, FrameworkControls, FrameworkTags }, call) => {
        const name = checkName('FrameworkName', FrameworkName);
        const { frameworks } = estate.in(call);
        if (frameworks.has(name)) throw new AwsError('AlreadyExistsException', `Framework ${name} already exists.`);
        const place = { account: call.account, region: call.region };
        const framework: Framework = {
          place,
          name,
          arn: regionalArn('backup', place, `framework:${name}-${randomUUID()}`),
          createdAt: cloud.clock.now(),
          description: FrameworkDescription,
          controls: checkControls(FrameworkControls),
          deployment: 'CREATE_IN_PROGRESS',
          tags: { ...FrameworkTags },
        };
        frameworks.set(name, framework);
        void deploy(backup, framework);
        return { FrameworkName: name, FrameworkArn: framework.arn };
      },
    },
    UpdateFramework: {
      access,
      run: ({ FrameworkName, FrameworkDescription, FrameworkControls }, call) => {
        const framework = named(call, FrameworkName);
        framework.description = FrameworkDescription ?? framework.description;
        framework.controls = FrameworkControls ? checkControls(FrameworkControls) : framework.controls;
        framework.deployment = 'UPDATE_IN_PROGRESS';
        void deploy(backup, framework);
        return { FrameworkName: framework.name, FrameworkArn: framework.arn, CreationTime: framework.createdAt };
      },
    },
    DescribeFramework: {
      access,
      run: async ({ FrameworkName }, call) => {
        const framework = named(call, FrameworkName);
        return { ...describeFramework(framework), FrameworkControls: [...framework.controls], FrameworkStatus: await frameworkStatus(backup, framework) };
      },
    },
    ListFrameworks: {
      access: () => to.anything(),
      run: (input, call) => {
        const { items, NextToken } = paged([...estate.in(call).frameworks.values()], input);
        return { Frameworks: items.map((framework): ApiFramework => ({ ...describeFramework(framework), NumberOfControls: framework.controls.length })), NextToken };
      },
    },
    DeleteFramework: {
      access,
      run: ({ FrameworkName }, call) => {
        const framework = named(call, FrameworkName);
        if (framework.deployment.endsWith('IN_PROGRESS')) throw new AwsError('ConflictException', `Framework ${framework.name} is being deployed.`);
        estate.in(call).frameworks.delete(framework.name);
        return {};
      },
    },
  };
}

/** "Before you create your first framework, turn on resource tracking": without a recorder the deployment fails. */
async function deploy(backup: BackupContext, framework: Framework): Promise<void> {
  await backup.cloud.clock.sleep(DEPLOYMENT_MS);
  framework.deployment = (await isRecording(backup, framework)) ? 'COMPLETED' : 'FAILED';
}

function checkName(parameter: string, value: string | undefined): string {
  const name = required(parameter, value);
  if (!NAME.test(name)) throw invalidValue(`${parameter} ${name} must begin with a letter and have letters, digits and underscores only.`);
  return name;
}

function checkSetting(setting: ReportSetting): ReportSetting {
  if (!REPORT_TEMPLATES.some((template) => template === setting.ReportTemplate)) throw invalidValue(`ReportTemplate ${setting.ReportTemplate ?? ''} must be one of ${REPORT_TEMPLATES.join(', ')}.`);
  return setting;
}

function checkControls(controls: readonly FrameworkControl[] | undefined): readonly FrameworkControl[] {
  if (!controls?.length) throw invalidValue('A framework needs at least one control.');
  return controls;
}

function describePlan(plan: ReportPlan): ApiReportPlan {
  return {
    ReportPlanArn: plan.arn,
    ReportPlanName: plan.name,
    ReportPlanDescription: plan.description,
    ReportSetting: plan.setting,
    ReportDeliveryChannel: plan.channel,
    DeploymentStatus: 'COMPLETED',
    CreationTime: plan.createdAt,
    LastAttemptedExecutionTime: plan.lastAttemptAt,
    LastSuccessfulExecutionTime: plan.lastSuccessAt,
  };
}

function describeJob({ id, plan, createdAt, completedAt, status, statusMessage, keys }: ReportJob): ApiReportJob {
  return {
    ReportJobId: id,
    ReportPlanArn: plan.arn,
    ReportTemplate: plan.setting.ReportTemplate,
    CreationTime: createdAt,
    CompletionTime: completedAt,
    Status: status,
    StatusMessage: statusMessage,
    ...(keys.length > 0 && { ReportDestination: { S3BucketName: plan.channel.S3BucketName, S3Keys: [...keys] } }),
  };
}

function describeFramework({ name, arn, description, createdAt, deployment }: Framework) {
  return { FrameworkName: name, FrameworkArn: arn, FrameworkDescription: description, CreationTime: createdAt, DeploymentStatus: deployment };
}

function missing(message: string): never {
  throw notFound(message);
}
