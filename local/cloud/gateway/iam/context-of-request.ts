import type { AccessRequest } from './access-request';
import { arnParts } from './arn';
import { accountOf, arnOf, type RequestPrincipal } from './principal';
import { RequestContext, type ContextValue } from './request-context';

type Keys = Readonly<Record<string, ContextValue | undefined>>;

/**
 * The request's condition keys, completed by those that follow from the principal, the resource and the services in between.
 * Throws when the given context says something else about one of them, because no policy could be judged by it.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function contextOf(request: AccessRequest): RequestContext {
  const derived = {
    ...principalKeys(request.principal),
    ...tagKeys(request.principal),
    ...forwardAccessKeys(request.viaServices ?? []),
    ...(request.action.toLowerCase().startsWith('kms:') && kmsKeys(request)),
    'aws:ResourceAccount': request.resourceAccount,
  };
  const given = request.context ?? {};
  const known = new RequestContext(withoutAbsent(derived));
  for (const [name, value] of Object.entries(given)) {
    const expected = known.valuesOf(name);
    if (expected && [value].flat().map(String).join() !== expected.join()) {
      throw new Error(`condition key ${name} of ${request.action} is ${String(value)}, but the request says ${expected.join()}`);
    }
  }
  return new RequestContext({ ...given, ...withoutAbsent(derived) });
}

/** Values by kind of principal: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable */
function principalKeys(principal: RequestPrincipal): Keys {
  switch (principal.kind) {
    case 'root':
      return { ...identityKeys(principal.account, arnOf(principal), 'Account'), 'aws:userid': principal.account };
    case 'user':
      return {
        ...identityKeys(principal.account, principal.arn, 'User'),
        'aws:userid': principal.userId,
        'aws:username': principal.arn.slice(principal.arn.lastIndexOf('/') + 1),
      };
    case 'role-session':
      return {
        ...identityKeys(principal.account, principal.roleArn, 'AssumedRole'),
        'aws:userid': principal.roleId && principal.sessionName && `${principal.roleId}:${principal.sessionName}`,
      };
    case 'service':
      return {
        'aws:PrincipalIsAWSService': true,
        'aws:PrincipalServiceName': principal.name,
        'aws:PrincipalServiceNamesList': [principal.name],
        'aws:SourceAccount': principal.account,
        'aws:SourceArn': principal.sourceArn,
      };
    case 'federated':
      return {};
  }
}

function identityKeys(account: string, arn: string, type: string): Keys {
  return { 'aws:PrincipalArn': arn, 'aws:PrincipalAccount': account, 'aws:PrincipalType': type, 'aws:PrincipalIsAWSService': false };
}

function tagKeys(principal: RequestPrincipal): Keys {
  const tags = principal.kind === 'user' || principal.kind === 'role-session' ? principal.tags : undefined;
  return Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]));
}

function forwardAccessKeys(services: readonly string[]): Keys {
  if (services.length === 0) return { 'aws:ViaAWSService': false };
  return { 'aws:ViaAWSService': true, 'aws:CalledVia': services, 'aws:CalledViaFirst': services[0], 'aws:CalledViaLast': services.at(-1) };
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
function kmsKeys({ principal, viaServices, resource }: AccessRequest): Keys {
  const service = viaServices?.at(-1)?.replace(/\.amazonaws\.com$/, '');
  const region = arnParts(resource)?.region;
  return { 'kms:CallerAccount': accountOf(principal), 'kms:ViaService': service && region && `${service}.${region}.amazonaws.com` };
}

function withoutAbsent(keys: Keys): Record<string, ContextValue> {
  return Object.fromEntries(Object.entries(keys).filter((entry): entry is [string, ContextValue] => entry[1] !== undefined));
}
