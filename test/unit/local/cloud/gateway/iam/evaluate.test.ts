import { AWS_RULES, evaluate, type EvaluationRules } from '../../../../../../local/cloud/gateway/iam/evaluate';
import { CONDITION_RULES } from '../../../../../../local/cloud/gateway/iam/conditions';
import { PRINCIPAL_RULES, type PrincipalRule, type Reach } from '../../../../../../local/cloud/gateway/iam/match-principal';
import { statementTests } from '../../../../../../local/cloud/gateway/iam/match-statement';
import { verdictOf } from './fixtures';
import { SCENARIOS } from './scenarios/all';

const everyScenario = Object.values(SCENARIOS).flat();

describe('evaluate', () => {
  describe.each(Object.entries(SCENARIOS))('%s', (_about, scenarios) => {
    test.each(scenarios.map((scenario) => [scenario.title, scenario.expected, scenario] as const))('%s: %s', (_title, expected, { request, policies }) => {
      expect(verdictOf(evaluate(request, policies))).toBe(expected);
    });
  });
});

/** The titles of the scenarios that come out differently by other rules. */
function turnedBy(rules: Partial<EvaluationRules>): readonly string[] {
  return everyScenario
    .filter(({ request, policies, expected }) => verdictOf(evaluate(request, policies, { ...AWS_RULES, ...rules })) !== expected)
    .map(({ title }) => title);
}

function withPrincipals(principals: readonly PrincipalRule[]): Partial<EvaluationRules> {
  return { principals, statement: statementTests(principals, CONDITION_RULES) };
}

describe('the rules of the evaluation, taken away one by one', () => {
  test('none of them changes nothing', () => {
    expect(turnedBy({})).toEqual([]);
  });

  test.each(AWS_RULES.steps.map(({ name }) => name))('it matters that %s', (name) => {
    expect(turnedBy({ steps: AWS_RULES.steps.filter((step) => step.name !== name) })).not.toEqual([]);
  });

  test.each(AWS_RULES.statement.map(({ name }) => name))('it matters that the statement’s %s means the request', (name) => {
    expect(turnedBy({ statement: AWS_RULES.statement.filter((each) => each.name !== name) })).not.toEqual([]);
  });

  test.each(PRINCIPAL_RULES.map(({ name }) => name))('it matters that a principal can be: %s', (name) => {
    expect(turnedBy(withPrincipals(PRINCIPAL_RULES.filter((rule) => rule.name !== name)))).not.toEqual([]);
  });

  test.each<[string, Reach]>([
    ['role of a session', 'exact'],
    ['role of a session', 'account'],
    ['account', 'role'],
    ['user or session by its ARN', 'role'],
    ['everyone', 'role'],
    ['everyone', 'account'],
  ])('it matters that "%s" does not grant as "%s" does', (name, reach) => {
    expect(turnedBy(withPrincipals(PRINCIPAL_RULES.map((rule) => (rule.name === name ? { ...rule, reach } : rule))))).not.toEqual([]);
  });

  test.each(Object.keys(AWS_RULES.scope))('it matters that %s policies do not concern everybody', (kind) => {
    expect(turnedBy({ scope: { ...AWS_RULES.scope, [kind]: () => true } })).not.toEqual([]);
  });

  test.each(Object.keys(AWS_RULES.scope))('it matters that %s policies concern somebody', (kind) => {
    expect(turnedBy({ scope: { ...AWS_RULES.scope, [kind]: () => false } })).not.toEqual([]);
  });
});
