import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';
import { functionAccess } from './function-access';
import { functionArn } from './function-name';
import { policyOf, type LambdaFunction, type PolicyStatement } from './lambda-function';
import type { LambdaState } from './lambda-state';

/** Who else may invoke a function: its resource policy, statement by statement. */
export function permissionOperations(state: LambdaState): Operations<typeof sdk> {
  return {
    AddPermission: {
      access: ({ FunctionName, Principal, Qualifier }, call) => [{ ...functionAccess(state, FunctionName, call, Qualifier), context: { 'lambda:Principal': Principal ?? '' } }],
      run: (input, call) => {
        const { lambda, qualifier } = state.resolve(input.FunctionName, call, input.Qualifier);
        if (lambda.statements.some((known) => known.sid === input.StatementId && known.qualifier === qualifier)) {
          const message = `The statement id (${input.StatementId ?? ''}) provided already exists. Please provide a new statement id, or remove the existing statement.`;
          throw new AwsError('ResourceConflictException', message, { details: { Type: 'User' } });
        }
        const statement = statementOf(lambda, qualifier, input);
        lambda.statements.push(statement);
        return { Statement: JSON.stringify(statement.document) };
      },
    },
    RemovePermission: {
      access: ({ FunctionName, Qualifier }, call) => [functionAccess(state, FunctionName, call, Qualifier)],
      run: ({ FunctionName, StatementId, Qualifier }, call) => {
        const { lambda, qualifier } = state.resolve(FunctionName, call, Qualifier);
        const at = lambda.statements.findIndex((known) => known.sid === StatementId && known.qualifier === qualifier);
        if (at < 0) throw new AwsError('ResourceNotFoundException', `Statement ${StatementId ?? ''} is not found in resource policy.`, { details: { Type: 'User' } });
        lambda.statements.splice(at, 1);
        return {};
      },
    },
    GetPolicy: {
      access: ({ FunctionName, Qualifier }, call) => [functionAccess(state, FunctionName, call, Qualifier)],
      run: ({ FunctionName, Qualifier }, call) => {
        const { lambda, version, qualifier } = state.resolve(FunctionName, call, Qualifier);
        const Policy = policyOf(lambda, qualifier);
        if (Policy === undefined) throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', { details: { Type: 'User' } });
        return { Policy, RevisionId: version.revisionId };
      },
    },
  };
}

function statementOf(lambda: LambdaFunction, qualifier: string | undefined, input: sdk.AddPermissionCommandInput): PolicyStatement {
  const conditions = {
    ...(input.SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
    ...((input.SourceAccount !== undefined || input.PrincipalOrgID !== undefined) && {
      StringEquals: {
        ...(input.SourceAccount !== undefined && { 'AWS:SourceAccount': input.SourceAccount }),
        ...(input.PrincipalOrgID !== undefined && { 'aws:PrincipalOrgID': input.PrincipalOrgID }),
      },
    }),
  };
  return {
    sid: input.StatementId ?? '',
    qualifier,
    document: {
      Sid: input.StatementId,
      Effect: 'Allow',
      Principal: principalOf(input.Principal ?? ''),
      Action: input.Action,
      Resource: functionArn(lambda, lambda.name, qualifier),
      ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
    },
  };
}

/** A service, an account, an ARN, or everybody. */
function principalOf(principal: string): unknown {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
}
