import { randomUUID } from 'node:crypto';
import { answer, type Answer } from './answer';
import { notEmulated, type Backend, type BackendRequest } from './backend';
import { canonicalArn, isBound, isWildcardBinding, parseCaller, type Caller } from './caller-arn';
import { textField } from './json-fields';
import { checkServerId, decodeSignedRequest, type SignedRequest } from './signed-request';
import type { TokenStore } from './token-store';
import { grantOf } from './token';
import { badRequest, VaultError } from './vault-error';

/** Which IAM principals get which policies. Unique ids are not resolved: as with `resolve_aws_unique_ids=false`. */
export interface AwsRole {
  /** ARNs of users and roles, without their path unless they end in `*`. */
  readonly boundIamPrincipalArns: readonly string[];
  readonly policies: readonly string[];
  readonly ttlSeconds?: number;
  readonly maxTtlSeconds?: number;
  /** @default no limit */
  readonly uses?: number;
}

export interface AwsAuthPorts {
  /** Sends a signed request to STS, which verifies the signature and that it is no older than 15 minutes. */
  readonly callSts: (request: SignedRequest) => Promise<{ readonly status: number; readonly body: string }>;
  /** Looks up the full ARN, path included, of the principal with this ARN; only for roles with wildcard bindings. */
  readonly findFullArn: (canonical: string) => Promise<string>;
}

/**
 * Vault's AWS auth method, type `iam`: whoever can sign a GetCallerIdentity as a bound principal gets a token.
 * https://developer.hashicorp.com/vault/docs/auth/aws
 */
export class AwsAuthBackend implements Backend {
  readonly roles = new Map<string, AwsRole & { readonly id: string }>();
  private readonly entityIds = new Map<string, string>();
  private serverId: string | undefined;

  constructor(
    private readonly mount: string,
    private readonly tokens: TokenStore,
    private readonly ports: AwsAuthPorts,
  ) {}

  /** Sets what logins must have signed in their X-Vault-AWS-IAM-Server-ID header. */
  requireServerId(value: string): void {
    this.serverId = value;
  }

  isPublic(path: string): boolean {
    return path === 'login';
  }

  async handle(request: BackendRequest): Promise<Answer> {
    if (request.path !== 'login') throw notEmulated(`${this.mount}/${request.path}`);
    if (request.operation !== 'update') throw new VaultError(405, ['unsupported operation']);
    const signed = decodeSignedRequest(request.body);
    if (this.serverId !== undefined) checkServerId(signed, this.serverId);
    const caller = await this.identify(signed);
    const roleName = textField(request.body, 'role') || caller.name;
    const role = this.roles.get(roleName);
    if (!role) throw badRequest(`entry for role ${roleName} not found`);
    const canonical = canonicalArn(caller);
    const full = role.boundIamPrincipalArns.some(isWildcardBinding) ? await this.ports.findFullArn(canonical) : canonical;
    if (!isBound(role.boundIamPrincipalArns, canonical, full)) throw badRequest(`IAM Principal ${JSON.stringify(caller.arn)} does not belong to the role ${JSON.stringify(roleName)}`);
    return this.grant(role, caller, canonical);
  }

  private async identify(signed: SignedRequest): Promise<Caller> {
    const { status, body } = await this.ports.callSts(signed);
    if (status !== 200) throw badRequest(`error making upstream request: received error code ${status} from STS: ${body}`);
    const caller = parseCaller(body);
    if (!caller) throw badRequest('error making upstream request: the answer of STS names no principal that can log in');
    return caller;
  }

  private grant(role: AwsRole & { readonly id: string }, caller: Caller, canonical: string): Answer {
    const entityId = this.entityIds.get(canonical) ?? randomUUID();
    this.entityIds.set(canonical, entityId);
    const token = this.tokens.create({
      policies: [...new Set([...role.policies, 'default'])].sort(),
      displayName: `aws-${caller.name}${caller.sessionName === undefined ? '' : `/${caller.sessionName}`}`,
      path: `${this.mount}/login`,
      ttlSeconds: role.ttlSeconds,
      maxTtlSeconds: role.maxTtlSeconds,
      renewalSeconds: role.ttlSeconds,
      uses: role.uses,
      metadata: { account_id: caller.accountId, auth_type: 'iam', role_id: role.id },
      entityId,
    });
    return answer({ auth: grantOf(token) });
  }
}
