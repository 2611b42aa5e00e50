import type { AssumedRole } from '../common/aws/assume-role';
import type { Target } from '../common/aws/client-factory';
import type { Env } from '../common/env';
import { InvalidEnvironment } from '../common/errors';
import { ENV } from './contract';
import type { RequestSettings } from './restore-request';

/** What the configuration says about requests. */
export function settingsOf(env: Env): RequestSettings {
  return {
    pipeline: env.required(ENV.PIPELINE),
    targetCluster: env.required(ENV.TARGET_CLUSTER),
    sourceDeletable: env.required(ENV.SOURCE_DELETABLE) === 'true',
    onFailure: onFailureOf(env),
  };
}

/** Where the source's API is called: in its region and, when it belongs to another account, through the role made for that. */
export function sourceTarget(env: Env): Target {
  const arn = env.optional(ENV.SOURCE_ROLE_ARN);
  const role: AssumedRole | undefined = arn === undefined ? undefined : { arn, externalId: env.required(ENV.PIPELINE), sessionName: env.required('AWS_LAMBDA_FUNCTION_NAME') };
  return { region: env.required(ENV.SOURCE_REGION), role };
}

function onFailureOf(env: Env): 'remove' | 'keep' {
  const value = env.required(ENV.ON_FAILURE);
  if (value === 'remove' || value === 'keep') return value;
  throw new InvalidEnvironment(`environment variable ${ENV.ON_FAILURE}: ${JSON.stringify(value)} is not allowed, expected remove or keep`);
}
