import { Executions } from '../../../lambda/common/aws/executions';
import { RemoteFunction } from '../../../lambda/common/aws/remote-function';
import { InvalidInput } from '../../../lambda/common/errors';
import type { SnowflakeReplicatorConfig } from '../../../lib/config/snowflake-replicator';
import { environmentOf } from '../../../lib/config/deployment';
import { namesOf } from '../../../lib/snowflake-replicator/names';
import type { Operator } from '../../command-line/operator';

/** A deployed pipeline to Snowflake. */
export interface Pipeline {
  readonly config: SnowflakeReplicatorConfig;
  readonly executions: Executions;
  /** Calls one of its functions by the name of its operation. */
  call<Output>(operation: string, input: unknown): Promise<Output>;
}

/** Opens a pipeline with the operator's credentials. Raises `InvalidInput` naming those that there are. */
export async function openPipeline(operator: Operator, name: string): Promise<Pipeline> {
  const deployment = operator.deployment();
  const config = deployment.snowflakeReplicator.find((candidate) => candidate.name === name);
  if (!config) {
    const known = deployment.snowflakeReplicator.map((candidate) => candidate.name);
    throw new InvalidInput(`deployment ${deployment.name}`, [`pipeline: ${JSON.stringify(name)} is not allowed, expected one of ${known.join(', ')}`]);
  }
  const names = namesOf(name);
  const { account, region } = environmentOf(deployment, config);
  const target = await operator.actIn(config);
  return {
    config,
    executions: Executions.in(target, `arn:aws:states:${region}:${account}:stateMachine:${names.prefix}`),
    call: (operation, input) => RemoteFunction.in(target, names.functionName(operation)).call(input),
  };
}
