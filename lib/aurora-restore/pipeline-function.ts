import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { HandlerFunction, type FunctionNetwork } from '../shared/handler-function';
import type { Permission } from '../shared/permission';
import type { PipelineNames } from './names';

/** What all functions of a pipeline have in common. */
export interface PipelineContext {
  readonly names: PipelineNames;
  readonly key: IKey;
  /** Environment that every function of the pipeline gets. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface PipelineFunctionProps {
  readonly description: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly permissions: readonly Permission[];
  readonly timeout?: Duration;
  readonly memorySizeMb?: number;
  readonly network?: FunctionNetwork;
}

/** One function of a pipeline. Its operation is the name of its file in `lambda/aurora-restore`. */
export class PipelineFunction extends HandlerFunction {
  constructor(scope: Construct, operation: string, { names, key, environment }: PipelineContext, props: PipelineFunctionProps) {
    super(scope, operation, {
      operation: `aurora-restore/${operation}`,
      functionName: names.functionName(operation),
      description: props.description,
      key,
      environment: { ...environment, ...props.environment },
      ...(props.timeout && { timeout: props.timeout }),
      ...(props.memorySizeMb && { memorySizeMb: props.memorySizeMb }),
      ...(props.network && { network: props.network }),
    });
    for (const permission of props.permissions) this.allow(permission);
  }
}
