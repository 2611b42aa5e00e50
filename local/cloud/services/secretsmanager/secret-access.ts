import type { Access, Call, ContextValue } from '../../gateway/service';
import { resourceTagContext } from '../../gateway/tags';
import type { Secret } from './secret';
import { readSecretId, type SecretsState } from './secrets-state';

type Context = Readonly<Record<string, ContextValue>>;

/**
 * What IAM is asked about the secret that a request names. One that does not exist is known by its name alone, which a policy
 * for its ARN with suffix does not cover: AWS too answers that access is denied.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 */
export function secretAccess(state: SecretsState, secretId: string | undefined, call: Call, context: Context = {}): readonly Access[] {
  const secret = state.find(secretId, call);
  return [secret ? accessTo(secret, context) : { resource: readSecretId(secretId, call).arn, context }];
}

export function accessTo(secret: Secret, context: Context = {}): Access {
  return {
    resource: secret.arn,
    context: { 'secretsmanager:SecretId': secret.arn, ...secretContext(secret), ...context },
    policy: { kind: 'ordinary', account: secret.account, document: secret.policy },
  };
}

function secretContext({ tags, primaryRegion, region }: Secret): Context {
  return {
    'secretsmanager:SecretPrimaryRegion': primaryRegion ?? region,
    ...resourceTagContext(tags),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`secretsmanager:ResourceTag/${key}`, value])),
  };
}
