import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { HandlerFunction } from '../shared/handler-function';
import type { Permission } from '../shared/permission';
import type { BackupNames } from './names';

/** What all functions of one side of a pipeline have in common. */
export interface FunctionContext {
  readonly names: BackupNames;
  readonly key: IKey;
  /** Environment that every function of this side gets: names and settings, no secret. */
  readonly environment: Readonly<Record<string, string>>;
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
