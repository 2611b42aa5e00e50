import type { TokenGrant } from './answer';
import type { Term } from './term';

/** A token and what it has left. */
export interface Token {
  readonly id: string;
  readonly accessor: string;
  readonly displayName: string;
  readonly policies: readonly string[];
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly entityId: string;
  /** The path that made it. */
  readonly path: string;
  /** The token that made it and takes it along when it is revoked. */
  readonly parentId: string | undefined;
  readonly renewable: boolean;
  readonly explicitMaxTtlSeconds: number;
  /** Undefined for a token without end, such as a root token. */
  readonly term: Term | undefined;
  /** Uses left; 0 for no limit. */
  readonly usesLeft: number;
}

/** Describes a token as Vault does where one is made or renewed. */
export function grantOf(token: Token): TokenGrant {
  return {
    client_token: token.id,
    accessor: token.accessor,
    policies: token.policies,
    token_policies: token.policies,
    metadata: token.metadata,
    lease_duration: token.term?.grantedSeconds ?? 0,
    renewable: token.renewable,
    entity_id: token.entityId,
    token_type: 'service',
    orphan: token.parentId === undefined,
    mfa_requirement: null,
    num_uses: token.usesLeft,
  };
}

/** Describes a token as `lookup-self` does. */
export function describeToken(token: Token, nowMs: number): object {
  const { term } = token;
  const issuedAtMs = term?.issuedAtMs ?? nowMs;
  return {
    accessor: token.accessor,
    creation_time: Math.floor(issuedAtMs / 1000),
    creation_ttl: term?.creationSeconds ?? 0,
    display_name: token.displayName,
    entity_id: token.entityId,
    expire_time: term ? new Date(term.expiresAtMs).toISOString() : null,
    explicit_max_ttl: token.explicitMaxTtlSeconds,
    id: token.id,
    issue_time: new Date(issuedAtMs).toISOString(),
    meta: token.metadata,
    num_uses: token.usesLeft,
    orphan: token.parentId === undefined,
    path: token.path,
    policies: token.policies,
    renewable: token.renewable,
    ttl: term ? Math.floor((term.expiresAtMs - nowMs) / 1000) : 0,
    type: 'service',
    ...(term?.renewedAtMs !== undefined && { last_renewal: new Date(term.renewedAtMs).toISOString(), last_renewal_time: Math.floor(term.renewedAtMs / 1000) }),
    ...(term?.periodSeconds !== undefined && { period: term.periodSeconds }),
  };
}
