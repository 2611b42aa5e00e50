import type { AccessRequest } from './access-request';
import { CONDITION_RULES, conditionsHold, type ConditionRules } from './conditions';
import { PRINCIPAL_RULES, principalApplies, type PrincipalRule } from './match-principal';
import { matchesResource, meansAction, patternOf } from './pattern';
import type { PolicyDocument, Statement } from './policy';
import { resolveVariables } from './policy-variables';
import type { RequestContext } from './request-context';

/** A request as statements see it. */
export interface Subject {
  readonly request: AccessRequest;
  readonly context: RequestContext;
  /** Whether the principal has a permissions boundary. */
  readonly hasBoundary: boolean;
}

/** One of the things that must be true for a statement to apply. */
export interface StatementTest {
  readonly name: string;
  readonly passes: (statement: Statement, subject: Subject, document: PolicyDocument) => boolean;
}

/** The tests of a statement's elements. Evaluation always uses `STATEMENT_TESTS`; tests of the evaluator build poorer lists. */
export function statementTests(principals: readonly PrincipalRule[], conditions: ConditionRules): readonly StatementTest[] {
  return [
    { name: 'Action', passes: (statement, { request }) => matchedActions(statement, request.action).length > 0 },
    { name: 'Resource', passes: resourceMatches },
    {
      name: 'Principal',
      passes: (statement, { request, hasBoundary }) =>
        statement.principals === undefined || principalApplies(statement.principals, request.principal, { hasBoundary, rules: principals }),
    },
    {
      name: 'Condition',
      passes: (statement, { context }, document) => conditionsHold(statement.conditions, context, { variables: hasVariables(document), rules: conditions }),
    },
  ];
}

export const STATEMENT_TESTS = statementTests(PRINCIPAL_RULES, CONDITION_RULES);

/**
 * The action patterns of a statement that mean the action, as written; for `NotAction` one text that stands for the whole list.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 */
export function matchedActions({ actions, withheldActions }: Statement, action: string): readonly string[] {
  const means = (pattern: string) => meansAction(pattern, action);
  if (withheldActions.some(means)) return [];
  if (actions.negated) return actions.items.some(means) ? [] : [notActionText(actions.items)];
  return actions.items.filter(means);
}

/** How permissions name a `NotAction` element, which is a single one. */
export function notActionText(patterns: readonly string[]): string {
  return `NotAction:${patterns.join(',')}`;
}

function resourceMatches({ resources }: Statement, { request, context }: Subject, document: PolicyDocument): boolean {
  if (!resources) return true;
  const matches = resources.items.some((item) => {
    const pattern = hasVariables(document) ? resolveVariables(item, context) : patternOf(item);
    return pattern !== undefined && matchesResource(pattern, request.resource);
  });
  return matches !== resources.negated;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html */
function hasVariables({ version }: PolicyDocument): boolean {
  return version === '2012-10-17';
}
