import { Duration, Stack } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/redshift-backup/contract';
import type { RedshiftBackupConfig, RegionCopyConfig } from '../config/redshift-backup';
import { FunctionSchedule } from '../shared/function-schedule';
import type { Permission } from '../shared/permission';
import { BackupFunction, type FunctionContext } from './backup-function';
import { describeClusters, DESCRIBE_SNAPSHOTS, NAMED_BY_SLOT, redshiftArn } from './permissions';
import { SystemAlarms } from './system-alarms';

export interface RegionCopiesProps {
  readonly context: FunctionContext;
  readonly config: RedshiftBackupConfig;
  readonly regionCopy: RegionCopyConfig;
  readonly topic: ITopic;
}

/** Keeps the copying into the other region as configured, and the copies shared. */
export class RegionCopies extends Construct {
  readonly alarm: IAlarm;

  constructor(scope: Construct, id: string, { context, config, regionCopy, topic }: RegionCopiesProps) {
    super(scope, id);
    const { names, key } = context;
    const { account, region } = Stack.of(this);
    const [home, elsewhere] = [{ account, region }, { account, region: regionCopy.region }];
    const reconcile = new BackupFunction(this, 'reconcile-region-copies', context, {
      description: 'Makes the copies in the other region what they should be',
      environment: {
        [ENV.COPY_REGION]: regionCopy.region,
        [ENV.COPY_GRANT]: names.copyGrant,
        [ENV.COPY_KEY_ALIAS]: names.copyKeyAlias,
        [ENV.COPY_KEEP_DAYS]: String(regionCopy.keepDays),
        [ENV.COPY_KEEP_AUTOMATED_DAYS]: String(regionCopy.keepAutomatedDays),
      },
      permissions: [
        describeClusters(home, config.source.clusterIdentifier),
        {
          actions: ['redshift:EnableSnapshotCopy', 'redshift:DisableSnapshotCopy', 'redshift:ModifySnapshotCopyRetentionPeriod'],
          resources: [redshiftArn(home, `cluster:${config.source.clusterIdentifier}`)],
        },
        { actions: ['redshift:DescribeSnapshotCopyGrants'], resources: ['*'], because: 'the action has no resource' },
        { actions: ['redshift:CreateSnapshotCopyGrant'], resources: [redshiftArn(elsewhere, `snapshotcopygrant:${names.copyGrant}`)] },
        DESCRIBE_SNAPSHOTS,
        { actions: ['redshift:AuthorizeSnapshotAccess'], resources: [redshiftArn(elsewhere, `snapshot:${config.source.clusterIdentifier}/copy:${config.names.snapshotPrefix}-*`)], because: NAMED_BY_SLOT },
        ...useCopyKey(elsewhere, names.copyKeyAlias),
      ],
    });
    new FunctionSchedule(this, 'Schedule', { name: `${names.backupMachine}-region-copies`, expression: 'rate(1 hour)', target: reconcile, input: {}, key });
    this.alarm = new SystemAlarms(this, config.name, topic).alarm('RegionCopiesUnkept', {
      severity: 'ticket',
      summary: `Nobody keeps the copies of ${config.source.clusterIdentifier} in ${regionCopy.region} as they should be.`,
      metric: reconcile.function.metricErrors({ period: Duration.hours(1) }),
      threshold: 1,
      whenSilent: 'healthy',
    });
  }
}

function useCopyKey({ account, region }: { readonly account: string; readonly region: string }, alias: string): readonly Permission[] {
  return [
    {
      actions: ['kms:DescribeKey', 'kms:CreateGrant'],
      resources: [`arn:aws:kms:${region}:${account}:key/*`],
      because: 'the key belongs to a stack of the other region and is named by its alias',
      conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [`alias/${alias}`] } },
    },
  ];
}
