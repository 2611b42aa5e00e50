import type * as sdk from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../gateway/aws-error';
import type { Call, Operations } from '../../gateway/service';
import type { IamState } from '../iam/iam-state';
import { isPublic, readResourcePolicy } from '../iam/read-resource-policy';
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
        const invalidPrincipal = () => malformed('This resource policy contains an invalid principal.');
        const policy = readResourcePolicy(iam, 'ordinary', secret.arn, ResourcePolicy, { malformed, invalidPrincipal });
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

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', message);
}
