import type { ComparisonName } from './condition-operators';

/**
 * What a policy is attached to decides what it may contain and what it can do. `ordinary`, `key` and `trust` are attached to
 * resources: a bucket or queue, a KMS key, a role (who may assume it); `endpoint` to a VPC endpoint, on the way to them.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
 */
export type PolicyKind = 'identity' | 'boundary' | 'session' | 'service-control' | 'resource-control' | 'endpoint' | ResourcePolicyKind;

export type ResourcePolicyKind = 'ordinary' | 'key' | 'trust';

/** A policy document together with what it is attached to. `name` is unique among the policies of its holder. */
export interface Policy<Kind extends PolicyKind = PolicyKind> {
  readonly kind: Kind;
  /** ARN of the role, user or resource, or id of the account or organizational unit, that has the policy. */
  readonly holder: string;
  readonly name: string;
  readonly document: PolicyDocument;
}

/** A document that has passed `parsePolicy`. */
export interface PolicyDocument {
  /** Policy variables are plain text in the older version, which is also what a document without version has. */
  readonly version: '2008-10-17' | '2012-10-17';
  readonly id: string | undefined;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Selection<string>;
  /** Absent in trust policies, whose resource is the role itself. */
  readonly resources: Selection<string> | undefined;
  /** Absent in policies of identities, whose principal is the holder. */
  readonly principals: Selection<PrincipalPattern> | undefined;
  readonly conditions: readonly ConditionTest[];
  /** Action patterns that this statement is treated as not having: see `withoutAction`. */
  readonly withheldActions: readonly string[];
}

/** `Action`, `Resource` or `Principal`; with `negated`, `NotAction`, `NotResource` or `NotPrincipal`. */
export interface Selection<Item> {
  readonly negated: boolean;
  readonly items: readonly Item[];
}

/** Whom a `Principal` element names. `arn` is a user, a role, or a session. */
export type PrincipalPattern =
  | { readonly type: 'everyone' }
  | { readonly type: 'account'; readonly account: string }
  | { readonly type: 'arn'; readonly arn: string }
  | { readonly type: 'service'; readonly name: string }
  | { readonly type: 'federated'; readonly provider: string };

/** One key under one operator of a `Condition` block. */
export interface ConditionTest {
  readonly operator: ConditionOperator;
  readonly key: string;
  readonly values: readonly string[];
}

/** An operator such as `ForAnyValue:StringLikeIfExists`, taken apart. */
export interface ConditionOperator {
  readonly comparison: ComparisonName | 'Null';
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
}
