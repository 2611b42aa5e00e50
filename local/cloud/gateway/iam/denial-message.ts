import type { AccessRequest } from './access-request';
import type { DenialReason, Denied } from './decision';
import type { PolicyKind } from './policy';
import { accountOf, arnOf } from './principal';

/**
 * The sentence with which AWS refuses the request.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function denialMessage(request: AccessRequest, { reason }: Denied): string {
  const refused = `User: ${arnOf(request.principal)} is not authorized to perform: ${request.action}`;
  if (reason.policyKind === 'key' && accountOf(request.principal) !== request.resourceAccount) return `${refused} ${FOREIGN_KEY}`;
  const resource = request.resource === '*' ? '' : ` on resource: ${request.resource}`;
  return `${refused}${resource} ${cause(reason, request.action)}`;
}

/**
 * KMS does not tell other accounts whether a key exists. Quoted on pages of services that use keys, such as
 * https://docs.aws.amazon.com/verifiedpermissions/latest/userguide/
 */
const FOREIGN_KEY =
  'on this resource because the resource does not exist in this Region, ' +
  'no resource-based policies allow access, or a resource-based policy explicitly denies access';

function cause({ kind, policyKind }: DenialReason, action: string): string {
  return kind === 'explicit-deny'
    ? `with an explicit deny in ${policyKind === 'trust' ? 'the' : articleOf(NAMES[policyKind])} ${NAMES[policyKind]}`
    : `because no ${NAMES[policyKind]} allows the ${action} action`;
}

function articleOf(name: string): string {
  return name.startsWith('i') ? 'an' : 'a';
}

const NAMES: Readonly<Record<PolicyKind, string>> = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  'service-control': 'service control policy',
  'resource-control': 'resource control policy',
  endpoint: 'VPC endpoint policy',
  ordinary: 'resource-based policy',
  key: 'resource-based policy',
  trust: 'role trust policy',
};
