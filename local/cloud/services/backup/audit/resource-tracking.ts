import { DescribeConfigurationRecordersCommand, DescribeConfigurationRecorderStatusCommand, type ConfigurationRecorder } from '@aws-sdk/client-config-service';
import { accountRoot } from '../../../gateway/principal';
import type { BackupContext } from '../backup-context';
import type { Framework } from '../state/audit';

/** What AWS Config has to record for the controls that begin so, beside the compliance of resources: https://docs.aws.amazon.com/aws-backup/latest/devguide/choosing-controls.html */
const RECORDED = [
  ['BACKUP_PLAN_', 'AWS::Backup::BackupPlan'],
  ['BACKUP_RECOVERY_POINT_MANUAL_DELETION', 'AWS::Backup::BackupVault'],
  ['BACKUP_RECOVERY_POINT_', 'AWS::Backup::RecoveryPoint'],
  ['BACKUP_LAST_RECOVERY_POINT', 'AWS::Backup::RecoveryPoint'],
  ['BACKUP_RESOURCES_', 'AWS::Backup::BackupSelection'],
] as const;
const COMPLIANCE = 'AWS::Config::ResourceCompliance';

/** Whether AWS Config records at all in the account and region. */
export async function isRecording({ cloud }: BackupContext, { place }: Framework): Promise<boolean> {
  const { ConfigurationRecordersStatus = [] } = await cloud.as(accountRoot(place.account), place).send(new DescribeConfigurationRecorderStatusCommand({}));
  return ConfigurationRecordersStatus.some(({ recording }) => recording);
}

/** "ACTIVE when recording is turned on for all resources governed by the framework": the SDK's type text of DescribeFramework. */
export async function frameworkStatus(backup: BackupContext, framework: Framework): Promise<'ACTIVE' | 'PARTIALLY_ACTIVE' | 'INACTIVE'> {
  if (framework.deployment !== 'COMPLETED' || !(await isRecording(backup, framework))) return 'INACTIVE';
  const { ConfigurationRecorders: [recorder] = [] } = await backup.cloud.as(accountRoot(framework.place.account), framework.place).send(new DescribeConfigurationRecordersCommand({}));
  const governed = framework.controls.map(({ ControlName = '' }) => RECORDED.find(([prefix]) => ControlName.startsWith(prefix))?.[1] ?? COMPLIANCE);
  const recorded = [...governed, COMPLIANCE].map((type) => records(recorder, type));
  return recorded.every(Boolean) ? 'ACTIVE' : recorded.some(Boolean) ? 'PARTIALLY_ACTIVE' : 'INACTIVE';
}

function records(recorder: ConfigurationRecorder | undefined, type: string): boolean {
  const { allSupported, resourceTypes = [] } = recorder?.recordingGroup ?? { allSupported: true };
  return allSupported === true || resourceTypes.some((recorded) => recorded === type);
}
