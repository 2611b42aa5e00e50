import { parseArn } from '../../gateway/arn';
import type { CloudClock } from '../../gateway/clock';
import type { Authorizer } from '../../gateway/dispatcher';
import type { AccessRequest } from '../../gateway/iam/access-request';
import type { ActionCatalogue } from '../../gateway/iam/action-catalogue';
import type { ApplicablePolicies } from '../../gateway/iam/applicable-policies';
import { denialMessage } from '../../gateway/iam/denial-message';
import { evaluate } from '../../gateway/iam/evaluate';
import { parsePolicy } from '../../gateway/iam/parse-policy';
import { withoutAction } from '../../gateway/iam/permission';
import { PermissionLedger } from '../../gateway/iam/permission-ledger';
import type { Policy, PolicyKind } from '../../gateway/iam/policy';
import type { Access, Call } from '../../gateway/service';
import type { Key } from '../kms/key';
import { concerns, takes, type DenialRule } from './denial-rule';
import type { IamState, Role } from './iam-state';

/** A call that was refused. */
export interface Refusal {
  readonly call: Call;
  readonly action: string;
  readonly resource: string;
  readonly message: string;
  /** The rules that took away what would have allowed it; none when it was never allowed. */
  readonly removed: readonly DenialRule[];
}

const RESOURCE_POLICY = 'resource policy';
const NO_RULES: readonly DenialRule[] = [];

/** Evaluates every call against the policies that are deployed at that moment, and keeps account of which permissions it took. */
export class PolicyAuthorizer implements Authorizer {
  readonly ledger = new PermissionLedger();
  readonly refusals: Refusal[] = [];
  private readonly rules: DenialRule[] = [];
  private readonly declared = new Set<string>();
  private readonly parsed = new Map<string, Policy>();

  constructor(
    private readonly iam: IamState,
    private readonly catalogue: ActionCatalogue,
    private readonly clock: CloudClock,
  ) {}

  /** Takes a permission away; the returned function gives it back. */
  deny(rule: DenialRule): () => void {
    this.rules.push(rule);
    return () => this.rules.splice(this.rules.indexOf(rule), 1);
  }

  /** Enters every permission that roles hold now, so that the ledger can tell which of them nobody used. */
  declareRoles(): void {
    for (const role of this.iam.allRoles()) {
      this.declared.add(role.arn);
      this.ledger.declare(this.identityPolicies(role, NO_RULES));
    }
  }

  /** Enters every permission that a key's policy gives. */
  declareKey({ arn, policy }: Pick<Key, 'arn' | 'policy'>): void {
    this.ledger.declare([this.parse('key', arn, RESOURCE_POLICY, policy, NO_RULES)]);
  }

  /** Whether the role was there when roles were declared: all others came later. */
  isDeclared(roleArn: string): boolean {
    return this.declared.has(roleArn);
  }

  refusal(call: Call, action: string, access: Access): string | undefined {
    this.catalogue.requirePossible(action, access.resource);
    const request = this.requestOf(call, action, access);
    const decision = evaluate(request, this.policiesFor(call, access, this.rules));
    this.ledger.record(decision);
    if (decision.allowed) return undefined;
    const message = denialMessage(request, decision);
    const isRemoved = this.rules.length > 0 && evaluate(request, this.policiesFor(call, access, NO_RULES)).allowed;
    this.refusals.push({ call, action, resource: access.resource, message, removed: isRemoved ? this.rules.filter((rule) => takes(rule, action)) : NO_RULES });
    return message;
  }

  private requestOf(call: Call, action: string, { resource, context, policy }: Access): AccessRequest {
    const now = this.clock.now();
    return {
      principal: call.principal,
      viaServices: call.via === undefined ? [] : [call.via],
      action,
      resource,
      resourceAccount: policy?.account ?? (parseArn(resource)?.account || call.account),
      context: {
        'aws:CurrentTime': now.toISOString(),
        'aws:EpochTime': Math.floor(now.getTime() / 1000),
        'aws:RequestedRegion': call.region,
        // Both doors count as TLS: the plain one is for tools on this machine that would otherwise need its certificate.
        'aws:SecureTransport': true,
        ...(call.passage && { 'aws:SourceVpce': call.passage.vpcEndpointId, 'aws:SourceVpc': call.passage.vpcId }),
        ...context,
      },
    };
  }

  private policiesFor({ principal, passage }: Call, { resource, policy }: Access, rules: readonly DenialRule[]): ApplicablePolicies {
    const parse = <Kind extends PolicyKind>(kind: Kind, holder: string, name: string, document: string) => this.parse(kind, holder, name, document, rules);
    const role = principal.kind === 'role-session' ? this.iam.roleByArn(principal.roleArn) : undefined;
    const boundary = role?.permissionsBoundaryArn ? this.iam.policy(role.permissionsBoundaryArn) : undefined;
    return {
      identity: role ? this.identityPolicies(role, rules) : [],
      boundary: boundary && parse('boundary', role?.arn ?? '', boundary.name, boundary.document),
      session: principal.kind === 'role-session' ? principal.sessionPolicies.map((document, index) => parse('session', principal.arn, String(index), document)) : [],
      endpoint: passage?.policyDocument === undefined ? undefined : parse('endpoint', passage.vpcEndpointId, 'endpoint policy', passage.policyDocument),
      resource: policy?.document === undefined ? undefined : parse(policy.kind, resource, RESOURCE_POLICY, policy.document),
      grants: policy?.grants,
    };
  }

  private identityPolicies(role: Role, rules: readonly DenialRule[]): readonly Policy<'identity'>[] {
    return this.iam.identityPoliciesOf(role).map(({ name, document }) => this.parse('identity', role.arn, name, document, rules));
  }

  private parse<Kind extends PolicyKind>(kind: Kind, holder: string, name: string, document: string, rules: readonly DenialRule[]): Policy<Kind> {
    const key = [kind, holder, name, document].join('\n');
    const known = this.parsed.get(key) ?? parsePolicy({ kind, holder, name, document });
    this.parsed.set(key, known);
    return rules.filter((rule) => concerns(rule, holder)).reduce((policy, { action }) => withoutAction([policy], action)[0] ?? policy, known as Policy<Kind>);
  }
}
