import { CreateBackupPlanCommand, CreateBackupSelectionCommand, type BackupRuleInput, type ConditionParameter, type Lifecycle } from '@aws-sdk/client-backup';
import type { ResourceProvider } from '../../../deploy/resource-provider';
import { TemplateError, type TemplateProperties } from '../../../deploy/template-properties';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-backup-backupplan.html */
export const planResource: ResourceProvider = {
  async create(properties, { aws }) {
    const plan = groupOf(properties, 'BackupPlan');
    const settings = plan.groups('AdvancedBackupSettings').map((setting) => ({ ResourceType: setting.text('ResourceType'), BackupOptions: setting.raw<Record<string, string>>('BackupOptions') }));
    const { BackupPlanId = '', BackupPlanArn, VersionId } = await aws.send(
      new CreateBackupPlanCommand({
        BackupPlan: {
          BackupPlanName: plan.text('BackupPlanName'),
          Rules: plan.groups('BackupPlanRule').map(ruleOf),
          ...(settings.length > 0 && { AdvancedBackupSettings: settings }),
        },
        BackupPlanTags: properties.raw<Record<string, string>>('BackupPlanTags'),
      }),
    );
    return { ref: BackupPlanId, attributes: { BackupPlanId, BackupPlanArn, VersionId } };
  },
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-backup-backupselection.html */
export const selectionResource: ResourceProvider = {
  async create(properties, { aws }) {
    const BackupPlanId = properties.text('BackupPlanId');
    const selection = groupOf(properties, 'BackupSelection');
    const conditions = selection.group('Conditions');
    const { SelectionId = '' } = await aws.send(
      new CreateBackupSelectionCommand({
        BackupPlanId,
        BackupSelection: {
          SelectionName: selection.text('SelectionName'),
          IamRoleArn: selection.text('IamRoleArn'),
          Resources: selection.texts('Resources'),
          NotResources: selection.texts('NotResources'),
          ListOfTags: selection.groups('ListOfTags').map((tag) => ({ ConditionType: tag.text('ConditionType') as 'STRINGEQUALS', ConditionKey: tag.text('ConditionKey'), ConditionValue: tag.text('ConditionValue') })),
          ...(conditions && {
            Conditions: {
              StringEquals: parametersOf(conditions, 'StringEquals'),
              StringNotEquals: parametersOf(conditions, 'StringNotEquals'),
              StringLike: parametersOf(conditions, 'StringLike'),
              StringNotLike: parametersOf(conditions, 'StringNotLike'),
            },
          }),
        },
      }),
    );
    const Id = `${BackupPlanId}_${SelectionId}`;
    return { ref: Id, attributes: { Id, SelectionId, BackupPlanId } };
  },
};

function ruleOf(rule: TemplateProperties): BackupRuleInput {
  const copies = rule.groups('CopyActions').map((copy) => ({ DestinationBackupVaultArn: copy.text('DestinationBackupVaultArn'), Lifecycle: lifecycleOf(copy) }));
  return {
    RuleName: rule.text('RuleName'),
    TargetBackupVaultName: rule.text('TargetBackupVault'),
    ScheduleExpression: rule.optionalText('ScheduleExpression'),
    ScheduleExpressionTimezone: rule.optionalText('ScheduleExpressionTimezone'),
    StartWindowMinutes: rule.number('StartWindowMinutes'),
    CompletionWindowMinutes: rule.number('CompletionWindowMinutes'),
    Lifecycle: lifecycleOf(rule),
    RecoveryPointTags: rule.raw<Record<string, string>>('RecoveryPointTags'),
    EnableContinuousBackup: rule.flag('EnableContinuousBackup'),
    ...(copies.length > 0 && { CopyActions: copies }),
  };
}

function lifecycleOf(owner: TemplateProperties): Lifecycle | undefined {
  const lifecycle = owner.group('Lifecycle');
  return (
    lifecycle && {
      MoveToColdStorageAfterDays: lifecycle.number('MoveToColdStorageAfterDays'),
      DeleteAfterDays: lifecycle.number('DeleteAfterDays'),
      OptInToArchiveForSupportedResources: lifecycle.flag('OptInToArchiveForSupportedResources'),
    }
  );
}

function parametersOf(conditions: TemplateProperties, name: string): ConditionParameter[] {
  return conditions.groups(name).map((condition) => ({ ConditionKey: condition.text('ConditionKey'), ConditionValue: condition.text('ConditionValue') }));
}

function groupOf(properties: TemplateProperties, name: string): TemplateProperties {
  const group = properties.group(name);
  if (!group) throw new TemplateError(`${name} is required`);
  return group;
}
