import { ENV } from '../../lambda/aurora-restore/contract';
import type { Permission } from '../shared/permission';
import type { PipelineFunction } from './pipeline-function';

/** How functions reach the source's API: with their own permissions in the same account, through a role in another. */
export interface SourceAccess {
  /** Lets the function do this at the source. */
  grant(target: PipelineFunction, permissions: readonly Permission[]): void;
  /** Environment that tells the function how; the same for all that act through one role. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Source and target are one account. */
export const directAccess: SourceAccess = {
  environment: {},
  grant(target, permissions) {
    for (const permission of permissions) target.allow(permission);
  },
};

/** The source's account has a role for this pipeline; what it may do is decided there. */
export function accessThrough(roleArn: string): SourceAccess {
  return {
    environment: { [ENV.SOURCE_ROLE_ARN]: roleArn },
    grant(target) {
      target.allow({ actions: ['sts:AssumeRole'], resources: [roleArn] });
    },
  };
}
