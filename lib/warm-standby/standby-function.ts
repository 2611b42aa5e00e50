import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { HandlerFunction, type FunctionNetwork } from '../shared/handler-function';
import type { Permission } from '../shared/permission';
import type { RegionNames } from './names';

/** What all functions of a region have in common. */
export interface FunctionContext {
  readonly own: RegionNames;
  readonly key: IKey;
  readonly environment: Readonly<Record<string, string>>;
}

export interface StandbyFunctionProps {
  readonly description: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly permissions: readonly Permission[];
  readonly timeout?: Duration;
  readonly network?: FunctionNetwork;
}

/** One function of a region. Its operation is the name of its file in `lambda/warm-standby`. */
export class StandbyFunction extends HandlerFunction {
  constructor(
    scope: Construct,
    readonly operation: string,
    { own, key, environment }: FunctionContext,
    props: StandbyFunctionProps,
  ) {
    super(scope, operation, {
      operation: `warm-standby/${operation}`,
      functionName: own.functionName(operation),
      description: props.description,
      key,
      environment: { ...environment, ...props.environment },
      ...(props.timeout && { timeout: props.timeout }),
      ...(props.network && { network: props.network }),
    });
    for (const permission of props.permissions) this.allow(permission);
  }
}
