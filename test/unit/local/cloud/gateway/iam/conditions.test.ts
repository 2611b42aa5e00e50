import type { ComparisonName } from '../../../../../../local/cloud/gateway/iam/condition-operators';
import { CONDITION_RULES, conditionsHold, type ConditionRules } from '../../../../../../local/cloud/gateway/iam/conditions';
import { parseConditions } from '../../../../../../local/cloud/gateway/iam/parse-conditions';
import { RequestContext, type ContextValue } from '../../../../../../local/cloud/gateway/iam/request-context';

type Values = string | number | boolean | readonly (string | number | boolean)[];
type Case = readonly [operator: string, expected: Values, actual: ContextValue | undefined, holds: boolean];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const COMPARISON_CASES: readonly Case[] = [
  ['StringEquals', 'blue', 'blue', true],
  ['StringEquals', 'blue', 'Blue', false],
  ['StringEquals', 'b*', 'blue', false],
  ['StringEquals', 'b*', 'b*', true],
  ['StringEquals', ['red', 'blue'], 'blue', true],
  ['StringEquals', [], 'blue', false],
  ['StringNotEquals', 'blue', 'blue', false],
  ['StringNotEquals', 'blue', 'red', true],
  ['StringNotEquals', ['red', 'blue'], 'blue', false],
  ['StringNotEquals', ['red', 'blue'], 'green', true],
  ['StringEqualsIgnoreCase', 'blue', 'BLUE', true],
  ['StringEqualsIgnoreCase', 'BLUE', 'Blue', true],
  ['StringEqualsIgnoreCase', 'blue', 'red', false],
  ['StringNotEqualsIgnoreCase', 'blue', 'BLUE', false],
  ['StringNotEqualsIgnoreCase', 'BLUE', 'Blue', false],
  ['StringNotEqualsIgnoreCase', 'blue', 'red', true],
  ['StringLike', 'b?u*', 'blue/sky', true],
  ['StringLike', 'b?u*', 'Blue/sky', false],
  ['StringLike', 'b?u', 'bu', false],
  ['StringLike', 'a.c', 'abc', false],
  ['StringNotLike', 'b*', 'blue', false],
  ['StringNotLike', 'b*', 'red', true],

  ['NumericEquals', '10', 10, true],
  ['NumericEquals', 10, '10.0', true],
  ['NumericEquals', '10', '11', false],
  ['NumericEquals', '10', 'ten', false],
  ['NumericEquals', '-1.5', '-1.50', true],
  ['NumericNotEquals', '10', 10, false],
  ['NumericNotEquals', '10', 11, true],
  ['NumericLessThan', '10', 9, true],
  ['NumericLessThan', '10', 10, false],
  ['NumericLessThanEquals', '10', 10, true],
  ['NumericLessThanEquals', '10', 11, false],
  ['NumericGreaterThan', '10', 11, true],
  ['NumericGreaterThan', '10', 10, false],
  ['NumericGreaterThan', '9', '10', true],
  ['NumericGreaterThanEquals', '10', 10, true],
  ['NumericGreaterThanEquals', '10', 9, false],

  ['DateEquals', '2026-01-31T12:00:00Z', '2026-01-31T13:00:00+01:00', true],
  ['DateEquals', '2026-01-31T12:00:00Z', '1769860800', true],
  ['DateEquals', '2026-01-31', '2026-01-31T12:00:00Z', false],
  ['DateNotEquals', '2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z', false],
  ['DateNotEquals', '2026-01-31T12:00:00Z', '2026-01-31T12:00:01Z', true],
  ['DateLessThan', '2026-02-01', '2026-01-31T23:59:59Z', true],
  ['DateLessThan', '2026-02-01', '2026-02-01T00:00:00Z', false],
  ['DateLessThanEquals', '2026-02-01', '2026-02-01T00:00:00Z', true],
  ['DateLessThanEquals', '2026-02-01', '2026-02-01T00:00:01Z', false],
  ['DateGreaterThan', '2026-02-01', '2026-02-01T00:00:01Z', true],
  ['DateGreaterThan', '2026-02-01', '2026-02-01T00:00:00Z', false],
  ['DateGreaterThanEquals', '2026-02-01', '2026-02-01T00:00:00Z', true],
  ['DateGreaterThanEquals', '2026-02-01', '2026-01-31T23:59:59Z', false],
  ['DateGreaterThanEquals', '2026-02-01', 'yesterday', false],

  ['Bool', 'true', true, true],
  ['Bool', false, 'False', true],
  ['Bool', 'TRUE', true, true],
  ['Bool', 'true', 'false', false],
  ['Bool', 'true', 'anything', false],

  ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
  ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ6', false],

  ['IpAddress', '203.0.113.0/24', '203.0.113.7', true],
  ['IpAddress', '203.0.113.0/24', '203.0.114.7', false],
  ['IpAddress', '203.0.113.7', '203.0.113.7', true],
  ['IpAddress', '203.0.113.7', '203.0.113.8', false],
  ['IpAddress', ['10.0.0.0/8', '2001:db8:1234:5678::/64'], '2001:db8:1234:5678::9', true],
  ['IpAddress', '2001:db8:1234:5678::/64', '2001:db8:1234:5679::9', false],
  ['IpAddress', '0.0.0.0/0', 'nowhere', false],
  ['NotIpAddress', '203.0.113.0/24', '203.0.113.7', false],
  ['NotIpAddress', '203.0.113.0/24', '203.0.114.7', true],

  ...(['ArnEquals', 'ArnLike'] as const).flatMap((operator): Case[] => [
    [operator, 'arn:aws:sns:eu-west-1:111111111111:alerts', 'arn:aws:sns:eu-west-1:111111111111:alerts', true],
    [operator, 'arn:aws:sns:*:111111111111:al*', 'arn:aws:sns:eu-west-1:111111111111:alerts', true],
    [operator, 'arn:aws:sns:*:111111111111:al*', 'arn:aws:sns:eu-west-1:222222222222:alerts', false],
    [operator, 'arn:aws:svc:*:111122223333:finance/*', 'arn:aws:svc:us-east-2:999999999999:store/abc:111122223333:finance/d.txt', false],
    [operator, 'arn:aws:rds:*:*:cluster:*', 'arn:aws:rds:eu-west-1:111111111111:cluster:orders:1', true],
    [operator, 'arn:aws:sns:*', 'arn:aws:sns:eu-west-1:111111111111:alerts', false],
    [operator, '*', 'arn:aws:sns:eu-west-1:111111111111:alerts', false],
  ]),
  ...(['ArnNotEquals', 'ArnNotLike'] as const).flatMap((operator): Case[] => [
    [operator, 'arn:aws:sns:*:111111111111:al*', 'arn:aws:sns:eu-west-1:111111111111:alerts', false],
    [operator, 'arn:aws:sns:*:111111111111:al*', 'arn:aws:sns:eu-west-1:222222222222:alerts', true],
  ]),
];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists */
const ABSENT_KEY_CASES: readonly Case[] = [
  ['StringEquals', 'blue', undefined, false],
  ['Bool', 'false', undefined, false],
  ['IpAddress', '0.0.0.0/0', undefined, false],
  ['StringNotEquals', 'blue', undefined, true],
  ['StringNotLike', '*', undefined, true],
  ['NumericNotEquals', '1', undefined, true],
  ['DateNotEquals', '2026-01-31', undefined, true],
  ['NotIpAddress', '0.0.0.0/0', undefined, true],
  ['ArnNotLike', 'arn:aws:sns:*:*:*', undefined, true],
  ['StringEqualsIfExists', 'blue', undefined, true],
  ['StringEqualsIfExists', 'blue', 'red', false],
  ['StringEqualsIfExists', 'blue', 'blue', true],
  ['StringNotEqualsIfExists', 'blue', undefined, true],
  ['StringNotEqualsIfExists', 'blue', 'blue', false],
  ['BoolIfExists', 'true', undefined, true],
  ['Null', 'true', undefined, true],
  ['Null', 'True', undefined, true],
  ['Null', ['true', 'false'], undefined, true],
  ['Null', 'true', 'blue', false],
  ['Null', 'false', 'blue', true],
  ['Null', false, undefined, false],
  ['Null', 'false', [], false],
];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html */
const LIST_CASES: readonly Case[] = [
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
  ['ForAllValues:StringEquals', ['a', 'b'], undefined, true],
  ['ForAllValues:StringEquals', ['a', 'b'], [], true],
  ['ForAllValues:StringNotEquals', ['a', 'b'], ['c', 'd'], true],
  ['ForAllValues:StringNotEquals', ['a', 'b'], ['c', 'a'], false],
  ['ForAllValues:StringLike', 'a*', ['a1', 'a2'], true],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['b', 'c'], true],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'd'], false],
  ['ForAnyValue:StringEquals', ['a', 'b'], undefined, false],
  ['ForAnyValue:StringEquals', ['a', 'b'], [], false],
  ['ForAnyValue:StringEqualsIfExists', ['a', 'b'], undefined, false],
  ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'c'], true],
  ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'b'], false],
  ['ForAnyValue:StringNotEquals', ['a', 'b'], undefined, false],
  ['StringEquals', 'a', ['a'], true],
  ['StringEquals', ['a', 'b'], ['a', 'b'], false],
  ['StringNotEquals', ['a', 'b'], ['a', 'b'], true],
];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
const VARIABLE_CASES: readonly Case[] = [
  ['StringEquals', '${aws:PrincipalTag/team}', 'blue', true],
  ['StringEquals', '${AWS:principaltag/TEAM}', 'blue', true],
  ['StringEquals', '${aws:PrincipalTag/unit}', 'blue', false],
  ['StringEquals', "${aws:PrincipalTag/unit, 'blue'}", 'blue', true],
  ['StringEquals', "${aws:PrincipalTag/team, 'red'}", 'blue', true],
  ['StringEquals', '${aws:PrincipalTag/unit, aws:PrincipalTag/team}', 'blue', false],
  ['StringNotEquals', '${aws:PrincipalTag/team}', 'blue', false],
  ['StringNotEquals', '${aws:PrincipalTag/unit}', 'blue', true],
  ['StringLike', '${aws:PrincipalTag/team}/*', 'blue/1', true],
  ['StringLike', '${aws:PrincipalTag/wild}', 'anything', false],
  ['StringLike', '${aws:PrincipalTag/wild}', '*', true],
  ['StringLike', 'a${*}c', 'abc', false],
  ['StringLike', 'a${*}c', 'a*c', true],
  ['StringLike', 'a${?}c', 'a?c', true],
  ['StringLike', 'a${?}c', 'abc', false],
  ['StringEquals', '${$}{team}', '${team}', true],
  ['StringEquals', '${aws:CalledVia}', 'athena.amazonaws.com', false],
  ['ArnLike', 'arn:aws:sns:*:*:${aws:PrincipalTag/team}-*', 'arn:aws:sns:eu-west-1:111111111111:blue-alerts', true],
  ['Bool', '${aws:PrincipalTag/flag}', 'true', true],
];

const PRINCIPAL = { 'aws:PrincipalTag/team': 'blue', 'aws:PrincipalTag/wild': '*', 'aws:PrincipalTag/flag': 'true', 'aws:CalledVia': ['athena.amazonaws.com'] };
const ALL_CASES = [...COMPARISON_CASES, ...ABSENT_KEY_CASES, ...LIST_CASES, ...VARIABLE_CASES];

function holds([operator, expected, actual]: Case, rules: ConditionRules = CONDITION_RULES, variables = true): boolean {
  const context = new RequestContext({ ...PRINCIPAL, ...(actual !== undefined && { 'test:Key': actual }) });
  const tests = parseConditions({ value: { [operator]: { 'test:key': expected } }, path: 'Condition' });
  return conditionsHold(tests, context, { variables, rules });
}

/** The cases that come out differently by other rules. */
function turnedBy(rules: Partial<ConditionRules>): readonly Case[] {
  return ALL_CASES.filter((each) => holds(each, { ...CONDITION_RULES, ...rules }) !== each[3]);
}

describe('conditionsHold', () => {
  describe.each([
    ['compares values', COMPARISON_CASES],
    ['knows absent keys', ABSENT_KEY_CASES],
    ['knows lists', LIST_CASES],
    ['knows policy variables', VARIABLE_CASES],
  ])('%s', (_about, cases) => {
    test.each(cases.map((each) => [JSON.stringify(each.slice(0, 3)), each] as const))('%s', (_text, each) => {
      expect(holds(each)).toBe(each[3]);
    });
  });

  test('takes variables as plain text in documents of the old version', () => {
    expect(holds(['StringEquals', '${aws:PrincipalTag/team}', 'blue', true], CONDITION_RULES, false)).toBe(false);
    expect(holds(['StringEquals', '${aws:PrincipalTag/team}', '${aws:PrincipalTag/team}', true], CONDITION_RULES, false)).toBe(true);
  });

  test.each([
    ['every key of an operator', { StringEquals: { 'test:a': '1', 'test:b': '2' } }],
    ['every operator', { StringEquals: { 'test:a': '1' }, StringLike: { 'test:b': '2*' } }],
  ])('demands %s', (_what, block) => {
    const tests = parseConditions({ value: block, path: 'Condition' });
    const held = (keys: Record<string, string>) => conditionsHold(tests, new RequestContext(keys), { variables: true });

    expect(held({ 'test:a': '1', 'test:b': '2' })).toBe(true);
    expect(held({ 'test:a': '1', 'test:b': '3' })).toBe(false);
    expect(held({ 'test:a': '0', 'test:b': '2' })).toBe(false);
  });
});

describe('the rules of conditions, taken away one by one', () => {
  const names = Object.keys(CONDITION_RULES.comparisons) as ComparisonName[];

  test('none of them changes nothing', () => {
    expect(turnedBy({})).toEqual([]);
  });

  test.each(names)('it matters that there is %s', (name) => {
    expect(turnedBy({ comparisons: { ...CONDITION_RULES.comparisons, [name]: undefined } })).not.toEqual([]);
  });

  test.each(names)('it matters whether %s is negated', (name) => {
    const comparison = CONDITION_RULES.comparisons[name]!;
    expect(turnedBy({ comparisons: { ...CONDITION_RULES.comparisons, [name]: { ...comparison, negated: !comparison.negated } } })).not.toEqual([]);
  });

  test.each(names)('it matters that %s compares what it compares', (name) => {
    const comparison = CONDITION_RULES.comparisons[name]!;
    expect(turnedBy({ comparisons: { ...CONDITION_RULES.comparisons, [name]: { ...comparison, matches: () => true } } })).not.toEqual([]);
    expect(turnedBy({ comparisons: { ...CONDITION_RULES.comparisons, [name]: { ...comparison, matches: () => false } } })).not.toEqual([]);
  });

  test.each(CONDITION_RULES.absentKey.map(({ name }) => name))('it matters what an absent key means for: %s', (name) => {
    expect(turnedBy({ absentKey: CONDITION_RULES.absentKey.filter((rule) => rule.name !== name) })).not.toEqual([]);
  });

  test.each(['ForAllValues', 'ForAnyValue', 'single'] as const)('it matters how %s counts', (name) => {
    for (const other of ['ForAllValues', 'ForAnyValue', 'single'] as const) {
      const swapped = turnedBy({ quantifiers: { ...CONDITION_RULES.quantifiers, [name]: CONDITION_RULES.quantifiers[other] } });
      expect(swapped.length > 0).toBe(other !== name);
    }
  });

  test('it matters what Null means', () => {
    expect(turnedBy({ nullAgrees: (value, isAbsent) => !CONDITION_RULES.nullAgrees(value, isAbsent) })).not.toEqual([]);
  });
});
