import type { AuroraRestoreConfig } from '../config/aurora-restore';

/** Table that all pipelines of an account and region share. */
export const COPY_SLOT_TABLE = 'AuroraRestoreCopySlots';

/**
 * Names that both sides of a pipeline know, so that no stack has to be deployed before it can be named.
 *
 * They follow from the configuration alone: a CloudFormation export would tie one account's deployment to another's.
 */
export interface PipelineNames {
  readonly pipeline: string;
  functionName(operation: string): string;
  readonly stateMachine: string;
  readonly captureStateMachine: string;
  /** Role in the source account that the functions act as. */
  readonly sourceAccessRole: string;
  readonly sourceDeletionRole: string;
  readonly manifestBucket: string;
  readonly manifestKeyAlias: string;
  readonly evidenceBucket: string;
  readonly topic: string;
}

export interface PipelinePlace {
  readonly sourceAccount: string;
  readonly targetAccount: string;
}

export function namesOf({ name, source, target }: AuroraRestoreConfig, { targetAccount }: PipelinePlace): PipelineNames {
  const prefix = `aurora-restore-${name}`;
  return {
    pipeline: name,
    functionName: (operation) => `${prefix}-${operation}`,
    stateMachine: prefix,
    captureStateMachine: `${prefix}-capture`,
    sourceAccessRole: `${prefix}-source-access`,
    sourceDeletionRole: `${prefix}-source-deletion`,
    manifestBucket: `${name}-manifests-${targetAccount}-${source.region}`,
    manifestKeyAlias: `${prefix}-manifests`,
    evidenceBucket: `${name}-evidence-${targetAccount}-${target.region}`,
    topic: prefix,
  };
}
