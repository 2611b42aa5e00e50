import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ENV } from '../../lambda/redshift-backup/contract';
import { workgroupOf, type RedshiftBackupConfig } from '../config/redshift-backup';
import { HandlerFunction } from '../shared/handler-function';
import type { Permission } from '../shared/permission';
import type { BackupNames, BackupPlace } from './names';

/** What all functions of one side of a pipeline have in common. */
export interface FunctionContext {
  readonly names: BackupNames;
  readonly key: IKey;
  /** Environment that every function of this side gets: names and settings, no secret. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What the functions of both sides are told about the pipeline. */
export function pipelineEnvironment(config: RedshiftBackupConfig, names: BackupNames, { sourceAccount, targetAccount }: BackupPlace): Readonly<Record<string, string>> {
  const isServerless = workgroupOf(config) !== undefined;
  return {
    [ENV.PIPELINE]: config.name,
    [ENV.SOURCE_ACCOUNT]: sourceAccount,
    [ENV.TARGET_ACCOUNT]: targetAccount,
    [ENV.DATABASE]: config.source.database,
    // Redshift Serverless names the user after the role: the same in both accounts.
    [ENV.READER_USER]: isServerless ? `IAMR:${names.functionName('take-manifest')}` : config.source.readerUser,
    [ENV.SNAPSHOT_PREFIX]: config.names.snapshotPrefix,
    [ENV.GRACE_DAYS]: String(config.graceDays),
    [ENV.EVIDENCE_BUCKET]: names.evidenceBucket,
    ...(isServerless && { [ENV.CAPACITY_RPU]: String(config.proof.capacityRpu) }),
  };
}

export interface BackupFunctionProps {
  readonly description: string;
  readonly permissions: readonly Permission[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** One function of a pipeline. Its operation is the name of its file in `lambda/redshift-backup`. */
export class BackupFunction extends HandlerFunction {
  constructor(scope: Construct, operation: string, { names, key, environment }: FunctionContext, props: BackupFunctionProps) {
    super(scope, operation, {
      operation: `redshift-backup/${operation}`,
      functionName: names.functionName(operation),
      description: props.description,
      key,
      environment: { ...environment, ...props.environment },
    });
    for (const permission of props.permissions) this.allow(permission);
  }
}
