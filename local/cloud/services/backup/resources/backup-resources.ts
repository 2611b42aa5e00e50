import type { ResourceProviders } from '../../../deploy/resource-provider';
import { frameworkResource, reportPlanResource } from './audit-resources';
import { planResource, selectionResource } from './plan-resources';
import { vaultResource } from './vault-resource';

/** CloudFormation's AWS Backup resources. */
export const backupResources: ResourceProviders = {
  'AWS::Backup::BackupVault': vaultResource,
  'AWS::Backup::BackupPlan': planResource,
  'AWS::Backup::BackupSelection': selectionResource,
  'AWS::Backup::ReportPlan': reportPlanResource,
  'AWS::Backup::Framework': frameworkResource,
};
