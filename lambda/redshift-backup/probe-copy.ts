import { BackupVault } from '../common/aws/backup-vault';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, METRIC } from './contract';

export interface ProbeCopyPorts {
  readonly pipeline: string;
  readonly vault: Pick<BackupVault, 'newestRecoveryPoint' | 'newestCopy' | 'startCopy'>;
  readonly targetVaultArn: string;
  readonly roleArn: string;
  readonly keepDays: number;
}

export interface ProbeCopyOutput {
  /** Of the copy that the probe before asked for: a copy takes longer than a function may run. */
  readonly earlier: string | null;
  /** The same in the words of AWS. */
  readonly message: string | null;
  readonly supported: boolean;
  /** Of the copy that was asked for now; null when there is nothing to copy yet, or when it was refused at once. */
  readonly startedJobId: string | null;
}

const REDSHIFT = 'Redshift';

/**
 * Tries whether AWS Backup copies a Redshift recovery point to the other account by now, which its documentation does not list.
 *
 * A failure is the expected answer. Each call reports on the copy that the call before asked for, and asks for the next.
 */
export async function probeCopy(_input: unknown, { pipeline, vault, targetVaultArn, roleArn, keepDays }: ProbeCopyPorts): Promise<ProbeCopyOutput> {
  const earlier = await vault.newestCopy(REDSHIFT, targetVaultArn);
  const supported = earlier?.state === 'COMPLETED';
  addMetric(pipeline, METRIC.copySupported, supported ? 1 : 0);
  const recoveryPointArn = supported ? undefined : await vault.newestRecoveryPoint(REDSHIFT);
  const started = recoveryPointArn ? await vault.startCopy({ recoveryPointArn, destinationVaultArn: targetVaultArn, roleArn, keepDays }) : undefined;
  const refusal = started && 'refusal' in started ? started.refusal : undefined;
  return {
    earlier: earlier?.state ?? null,
    message: refusal ?? earlier?.message ?? null,
    supported,
    startedJobId: started && 'jobId' in started ? started.jobId : null,
  };
}

export const handler = defineHandler('redshift-backup/probe-copy', probeCopy, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  vault: BackupVault.in({ region: env.region }, env.required(ENV.BACKUP_VAULT)),
  targetVaultArn: env.required(ENV.TARGET_VAULT_ARN),
  roleArn: env.required(ENV.BACKUP_ROLE_ARN),
  keepDays: env.number(ENV.BACKUP_KEEP_DAYS),
}));
