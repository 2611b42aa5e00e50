import { Duration, Stack } from 'aws-cdk-lib';
import { Stats, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { ArnPrincipal, CompositePrincipal, Role } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/redshift-backup/contract';
import type { RedshiftBackupConfig } from '../config/redshift-backup';
import { permit, type Permission } from '../shared/permission';
import { BackupFunction, type FunctionContext } from './backup-function';
import { listEvidence, readEvidence, writeEvidence } from './permissions';
import type { TargetPermissions } from './target-permissions';
import { SystemAlarms } from './system-alarms';

export interface CopyReleaseProps {
  readonly context: FunctionContext;
  readonly config: RedshiftBackupConfig;
  readonly release: NonNullable<RedshiftBackupConfig['target']['release']>;
  readonly may: TargetPermissions;
  readonly topic: ITopic;
}

/**
 * The only way to delete an own copy before its time, the last proven one included: two roles, two functions, two people.
 *
 * The configuration refuses a person who is in both lists; no role may invoke both functions.
 */
export class CopyRelease extends Construct {
  readonly alarm: IAlarm;

  constructor(scope: Construct, id: string, { context, config, release, may, topic }: CopyReleaseProps) {
    super(scope, id);
    const { names, key } = context;
    const { region } = Stack.of(this);
    const write = writeEvidence(names, region, 'releases/');
    const request = this.function('request-release', 'The first of two people asks to delete a copy', context, [
      ...may.findOwn,
      ...write,
      { actions: ['sns:Publish'], resources: [topic.topicArn] },
      { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] },
    ]);
    const approve = this.function('approve-release', 'The second of two people has the copy deleted', context, [
      ...may.findOwn,
      ...readEvidence(names, region, 'releases/'),
      // S3 says that an object is missing only to those who may list the bucket.
      listEvidence(names),
      ...write,
      ...may.release,
    ]);
    this.person('Requester', `${names.backupMachine}-release-requester`, release.requesters, request);
    this.person('Approver', `${names.backupMachine}-release-approver`, release.approvers, approve);
    const own = new SystemAlarms(this, config.name, topic);
    this.alarm = own.alarm('CopyReleased', {
      severity: 'ticket',
      summary: 'Two people have had a copy deleted that the retention would have kept.',
      metric: own.metric(METRIC.copyReleased, Stats.SUM, Duration.minutes(5)),
      threshold: 1,
      whenSilent: 'healthy',
    });
  }

  private function(operation: string, description: string, context: FunctionContext, permissions: readonly Permission[]): BackupFunction {
    return new BackupFunction(this, operation, context, { description, permissions });
  }

  private person(id: string, roleName: string, arns: readonly string[], may: BackupFunction): void {
    const role = new Role(this, id, { roleName, assumedBy: new CompositePrincipal(...arns.map((arn) => new ArnPrincipal(arn))), maxSessionDuration: Duration.hours(1), description: `Invokes ${may.function.functionName} and nothing else` });
    permit(role, { actions: ['lambda:InvokeFunction'], resources: [may.functionArn] });
  }
}
