import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ENV, type OPERATIONS } from '../../lambda/snowflake-replicator/contract';
import { HandlerFunction, type FunctionNetwork } from '../shared/handler-function';
import type { Permission } from '../shared/permission';
import type { PipelineNames } from './names';

export interface ReplicatorFunctionProps {
  readonly names: PipelineNames;
  readonly key: IKey;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly permissions: readonly Permission[];
  readonly timeout?: Duration;
  readonly memorySizeMb?: number;
  readonly ephemeralStorageMb?: number;
  readonly network?: FunctionNetwork;
}

/** One function of a pipeline. Its operation is the name of its file in `lambda/snowflake-replicator`. */
export class ReplicatorFunction extends HandlerFunction {
  constructor(scope: Construct, operation: (typeof OPERATIONS)[number], { names, permissions, environment, ...props }: ReplicatorFunctionProps) {
    super(scope, operation, {
      ...props,
      operation: `snowflake-replicator/${operation}`,
      functionName: names.functionName(operation),
      environment: { [ENV.PIPELINE]: names.pipeline, ...environment },
    });
    for (const permission of permissions) this.allow(permission);
  }
}
