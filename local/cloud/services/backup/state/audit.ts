import type { FrameworkControl, ReportDeliveryChannel, ReportSetting } from '@aws-sdk/client-backup';
import type { Place } from '../../../gateway/service';

/** Reports that AWS Backup writes every day into a bucket. */
export interface ReportPlan {
  readonly place: Place;
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  description: string | undefined;
  channel: ReportDeliveryChannel;
  setting: ReportSetting;
  lastAttemptAt: Date | undefined;
  lastSuccessAt: Date | undefined;
  tags: Record<string, string>;
  schedule: AbortController;
}

export interface ReportJob {
  readonly id: string;
  readonly plan: ReportPlan;
  readonly createdAt: Date;
  completedAt: Date | undefined;
  status: 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED';
  statusMessage: string | undefined;
  keys: readonly string[];
}

/** Controls that AWS Backup Audit Manager has AWS Config evaluate. */
export interface Framework {
  readonly place: Place;
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  description: string | undefined;
  controls: readonly FrameworkControl[];
  deployment: 'CREATE_IN_PROGRESS' | 'UPDATE_IN_PROGRESS' | 'DELETE_IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  tags: Record<string, string>;
}
