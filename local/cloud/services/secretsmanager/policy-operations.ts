import type * as sdk from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../gateway/aws-error';
import { MalformedPolicyDocument } from '../../gateway/iam/malformed-policy-document';
import { parsePolicy } from '../../gateway/iam/parse-policy';
import type { Policy } from '../../gateway/iam/policy';
import type { Call, Operations } from '../../gateway/service';
import type { IamState } from '../iam/iam-state';
import { unknownPrincipals } from '../iam/unknown-principals';
import { secretAccess } from './secret-access';
import type { SecretPorts } from './secret-operations';
import { checkMayChange } from './secret-rules';

/** The policies of secrets, which let other accounts in. */
export function policyOperations({ state, replication }: SecretPorts, iam: IamState): Operations<typeof sdk> {
  const bySecretId = ({ SecretId }: { SecretId: string | undefined }, call: Call) => secretAccess(state, SecretId, call);
  return {
    PutResourcePolicy: {
      access: ({ SecretId, BlockPublicPolicy }, call) => secretAccess(state, SecretId, call, { 'secretsmanager:BlockPublicPolicy': BlockPublicPolicy ?? false }),
      run: ({ SecretId, ResourcePolicy = '', BlockPublicPolicy }, call) => {
        const secret = state.named(SecretId, call);
        checkMayChange(secret, call);
        const policy = read(ResourcePolicy, secret.arn);
        if (unknownPrincipals(iam, policy).length > 0) throw malformed('This resource policy contains an invalid principal.');
        if (BlockPublicPolicy && isPublic(policy)) throw new AwsError('PublicPolicyException', 'The BlockPublicPolicy parameter is set to true, and the resource policy allows broad access.');
        secret.policy = ResourcePolicy;
        replication.synchronise(secret, call);
        return { ARN: secret.arn, Name: secret.name };
      },
    },
    GetResourcePolicy: {
      access: bySecretId,
      run: ({ SecretId }, call) => {
        const { arn, name, policy } = state.named(SecretId, call);
        return { ARN: arn, Name: name, ...(policy !== undefined && { ResourcePolicy: policy }) };
      },
    },
    DeleteResourcePolicy: {
      access: bySecretId,
      run: ({ SecretId }, call) => {
        const secret = state.named(SecretId, call);
        checkMayChange(secret, call);
        secret.policy = undefined;
        replication.synchronise(secret, call);
        return { ARN: secret.arn, Name: secret.name };
      },
    },
  };
}

function read(document: string, holder: string): Policy<'ordinary'> {
  try {
    return parsePolicy({ kind: 'ordinary', holder, name: 'policy', document });
  } catch (error) {
    if (error instanceof MalformedPolicyDocument) throw malformed(error.message);
    throw error;
  }
}

/** AWS reasons about conditions; here everybody without any condition is the public. */
function isPublic({ document }: Policy): boolean {
  return document.statements.some(
    ({ effect, principals, conditions }) => effect === 'Allow' && conditions.length === 0 && (principals?.negated || principals?.items.some(({ type }) => type === 'everyone')),
  );
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', message);
}
