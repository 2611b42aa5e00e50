import type { AccessRequest } from '../../../../../../local/cloud/gateway/iam/access-request';
import type { Decision } from '../../../../../../local/cloud/gateway/iam/decision';
import { parsePolicy } from '../../../../../../local/cloud/gateway/iam/parse-policy';
import type { Policy, PolicyKind } from '../../../../../../local/cloud/gateway/iam/policy';
import type { FederatedPrincipal, RoleSession, RootUser, ServicePrincipal, User } from '../../../../../../local/cloud/gateway/iam/principal';

/** The account that owns the resources of most cases, the one that visits, and one that has no business here. */
export const HOME = '111111111111';
export const VISITOR = '222222222222';
export const STRANGER = '333333333333';

export const BUCKET = 'arn:aws:s3:::exports';
export const OBJECT = 'arn:aws:s3:::exports/orders/1.parquet';
export const KEY = `arn:aws:kms:eu-west-1:${HOME}:key/0ae02ac0`;
export const TARGET_ROLE = `arn:aws:iam::${HOME}:role/restore`;

export type StatementSource = Readonly<Record<string, unknown>>;

export function allow(action: unknown, resource: unknown, more: StatementSource = {}): StatementSource {
  return { Effect: 'Allow', Action: action, Resource: resource, ...more };
}

export function deny(action: unknown, resource: unknown, more: StatementSource = {}): StatementSource {
  return { ...allow(action, resource, more), Effect: 'Deny' };
}

export function policy<Kind extends PolicyKind>(kind: Kind, statements: readonly StatementSource[], name = `${kind}-policy`): Policy<Kind> {
  return parsePolicy({ kind, holder: HOLDERS[kind], name, document: { Version: '2012-10-17', Statement: statements } });
}

const HOLDERS: Readonly<Record<PolicyKind, string>> = {
  identity: 'arn:aws:iam::111111111111:role/worker',
  boundary: 'arn:aws:iam::111111111111:role/worker',
  session: 'arn:aws:iam::111111111111:role/worker',
  'service-control': 'o-home',
  'resource-control': 'o-home',
  endpoint: 'vpce-1',
  ordinary: BUCKET,
  key: KEY,
  trust: TARGET_ROLE,
};

export function root(account = HOME): RootUser {
  return { kind: 'root', account };
}

export function user(name: string, { account = HOME, tags = {} }: { readonly account?: string; readonly tags?: Record<string, string> } = {}): User {
  return { kind: 'user', account, arn: `arn:aws:iam::${account}:user/${name}`, tags };
}

export function session(
  role: string,
  { account = HOME, path = '/', tags = {} }: { readonly account?: string; readonly path?: string; readonly tags?: Record<string, string> } = {},
): RoleSession {
  return {
    kind: 'role-session',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/run-1`,
    roleArn: `arn:aws:iam::${account}:role${path}${role}`,
    roleId: 'AROAEXAMPLE',
    sessionName: 'run-1',
    tags,
  };
}

export function service(name: string, source: { readonly account?: string; readonly sourceArn?: string } = {}): ServicePrincipal {
  return { kind: 'service', name, ...source };
}

export function federated(provider: string): FederatedPrincipal {
  return { kind: 'federated', provider };
}

/** A request of the role `worker` for an object of the bucket, unless told otherwise. */
export function request(differences: Partial<AccessRequest> = {}): AccessRequest {
  return { principal: session('worker'), action: 's3:GetObject', resource: OBJECT, resourceAccount: HOME, ...differences };
}

export type Verdict = 'allowed' | `no ${PolicyKind}` | `denied by ${PolicyKind}`;

/** A decision in two or three words, for tables. */
export function verdictOf(decision: Decision): Verdict {
  if (decision.allowed) return 'allowed';
  return decision.reason.kind === 'explicit-deny' ? `denied by ${decision.reason.policyKind}` : `no ${decision.reason.policyKind}`;
}
