/** Names of what a pipeline is made of: they follow from the configuration alone, so that Vault can be told of the roles beforehand. */
export interface PipelineNames {
  readonly pipeline: string;
  /** Of a function and of its role. */
  functionName(operation: string): string;
  /** Of the state machine and of everything of which a pipeline has one. */
  readonly prefix: string;
  readonly lockTable: string;
  /** Where the settings lie in Parameter Store. */
  readonly settingsPath: string;
}

export function namesOf(pipeline: string): PipelineNames {
  const prefix = `snowflake-replicator-${pipeline}`;
  return {
    pipeline,
    prefix,
    functionName: (operation) => `${prefix}-${operation}`,
    lockTable: `SnowflakeReplicatorLocks-${pipeline}`,
    settingsPath: `/holdfast/snowflake-replicator/${pipeline}`,
  };
}
