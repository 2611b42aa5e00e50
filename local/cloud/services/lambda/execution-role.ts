import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Credentials } from '../../gateway/credentials';
import { servicePrincipal } from '../../gateway/principal';
import type { Place } from '../../gateway/service';

/** A session of an execution role. */
export interface RoleUse extends Place {
  readonly roleArn: string;
  /** Also the name of the session. */
  readonly functionName: string;
  readonly functionArn: string;
}

/** How long a function's credentials last: as long as any session may. */
const SESSION_SECONDS = 43_200;

/**
 * Assumes a function's role as Lambda does, so that its trust policy decides.
 *
 * Fails with the answer that Lambda gives for a role that does not trust it.
 */
export async function assumeExecutionRole(context: CloudContext, { roleArn, functionName, functionArn, ...place }: RoleUse): Promise<Required<Credentials>> {
  const lambda = context.as(servicePrincipal('lambda.amazonaws.com', place.account, functionArn), place);
  try {
    const { Credentials: issued } = await lambda.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: functionName, DurationSeconds: SESSION_SECONDS }));
    return {
      accessKeyId: issued?.AccessKeyId ?? '',
      secretAccessKey: issued?.SecretAccessKey ?? '',
      sessionToken: issued?.SessionToken ?? '',
      expiration: issued?.Expiration ?? new Date(0),
    };
  } catch (error) {
    if (error instanceof AwsError && error.code.startsWith('AccessDenied')) {
      throw new AwsError('InvalidParameterValueException', 'The role defined for the function cannot be assumed by Lambda.', { details: { Type: 'User' } });
    }
    throw error;
  }
}
