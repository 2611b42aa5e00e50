import type { Access, Place } from '../../gateway/service';
import { functionArn } from './function-name';
import { policyOf } from './lambda-function';
import type { LambdaState } from './lambda-state';

/** What IAM is asked about a function: its ARN with the qualifier, and the policy that guards it. */
export function functionAccess(state: LambdaState, functionName: string | undefined, place: Place, givenQualifier?: string): Access {
  const { name, qualifier, ...owner } = state.reference(functionName, place, givenQualifier);
  const lambda = state.find({ name, qualifier, ...owner });
  return {
    resource: functionArn(owner, name, qualifier),
    policy: { kind: 'ordinary', account: owner.account, document: lambda && policyOf(lambda, qualifier) },
  };
}
