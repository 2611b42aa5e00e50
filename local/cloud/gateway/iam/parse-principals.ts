import { member, readList, readObject, type Located } from './json-value';
import { MalformedPolicyDocument } from './malformed-policy-document';
import type { PrincipalPattern } from './policy';

const TYPES = ['AWS', 'Service', 'Federated'] as const;
const ACCOUNT = /^(?:\d{12}|arn:[a-z-]+:iam::(\d{12}):root)$/;
const IDENTITY = /^arn:[a-z-]+:(iam::\d{12}:(user|role)\/[^*?]+|sts::\d{12}:(assumed-role\/[^/*?]+\/[^/*?]+|federated-user\/[^/*?]+))$/;
const SERVICE = /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/;

/**
 * Reads a `Principal` or `NotPrincipal` element. Wildcards that stand for a part of a name are refused as AWS does; canonical user
 * ids of Amazon S3 are refused because the local cloud has none.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function parsePrincipals(element: Located): readonly PrincipalPattern[] {
  if (element.value === '*') return [{ type: 'everyone' }];
  const map = readObject(element, TYPES);
  const patterns = TYPES.filter((type) => type in map).flatMap((type) => readList(member(map, element.path, type)).map((item) => ofType(type, item)));
  if (patterns.length === 0) throw new MalformedPolicyDocument(element.path, element.value, '"*" or at least one principal');
  return patterns;
}

/** What a single principal stands for: an account, a user, a role, a session, or a service. */
export function principalPattern(name: string): PrincipalPattern {
  return SERVICE.test(name) ? { type: 'service', name } : ofType('AWS', { value: name, path: 'principal' });
}

function ofType(type: (typeof TYPES)[number], { value, path }: Located): PrincipalPattern {
  if (typeof value === 'string') {
    if (type === 'AWS' && value === '*') return { type: 'everyone' };
    if (type === 'AWS' && ACCOUNT.test(value)) return { type: 'account', account: ACCOUNT.exec(value)?.[1] ?? value };
    if (type === 'AWS' && IDENTITY.test(value)) return { type: 'arn', arn: value };
    if (type === 'Service' && SERVICE.test(value)) return { type: 'service', name: value };
    if (type === 'Federated' && value !== '' && !value.includes('*')) return { type: 'federated', provider: value };
  }
  throw new MalformedPolicyDocument(path, value, ALLOWED[type]);
}

const ALLOWED = {
  AWS: '"*", a 12-digit account id, or the ARN of an account root, a user, a role, or a session, without wildcards',
  Service: 'a service principal such as lambda.amazonaws.com',
  Federated: 'the ARN or host name of an identity provider, without wildcards',
} as const;
