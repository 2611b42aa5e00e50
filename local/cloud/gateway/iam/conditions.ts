import { COMPARISONS, type Comparison, type ComparisonName } from './condition-operators';
import { patternOf, type Pattern } from './pattern';
import type { ConditionTest } from './policy';
import { resolveVariables } from './policy-variables';
import type { RequestContext } from './request-context';

/**
 * The rules that say when a condition holds. Evaluation always uses `CONDITION_RULES`; tests take rules away one by one to see
 * that each of them matters.
 */
export interface ConditionRules {
  readonly comparisons: Readonly<Partial<Record<ComparisonName, Comparison>>>;
  /** What an absent key means: the first rule that applies decides, and without one the condition does not hold. */
  readonly absentKey: readonly AbsentKeyRule[];
  readonly quantifiers: Readonly<Record<'ForAllValues' | 'ForAnyValue' | 'single', Quantifier>>;
  /** Whether a value of the `Null` operator agrees with the key being absent or not. */
  readonly nullAgrees: (value: string, isAbsent: boolean) => boolean;
}

interface AbsentKeyRule {
  readonly name: string;
  readonly applies: (test: ConditionTest, comparison: Comparison) => boolean;
  readonly holds: boolean;
}

/** Says whether a key with these values satisfies the test, given the answer for each value. */
type Quantifier = (values: readonly string[], satisfies: (value: string) => boolean, negated: boolean) => boolean;

export const CONDITION_RULES: ConditionRules = {
  comparisons: COMPARISONS,

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
  // and, for the set operators taking no notice of IfExists, https://repost.aws/questions/QU9HFmDzP0QGuU-fd7rS6B7w
  absentKey: [
    { name: 'ForAllValues', applies: ({ operator }) => operator.set === 'ForAllValues', holds: true },
    { name: 'ForAnyValue', applies: ({ operator }) => operator.set === 'ForAnyValue', holds: false },
    { name: 'IfExists', applies: ({ operator }) => operator.ifExists, holds: true },
    { name: 'negated operator', applies: (_test, { negated }) => negated, holds: true },
  ],

  quantifiers: {
    ForAllValues: (values, satisfies) => values.every(satisfies),
    ForAnyValue: (values, satisfies) => values.some(satisfies),
    // A list needs a set operator. Without one, a list of several values equals nothing, as seen with aws:CalledVia in
    // https://github.com/boogy/iam-policy-validator/pull/161
    single: (values, satisfies, negated) => (values.length === 1 ? values.every(satisfies) : negated),
  },

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null
  nullAgrees: (value, isAbsent) => (value.toLowerCase() === 'true') === isAbsent,
};

/**
 * Whether all tests of a `Condition` block hold.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function conditionsHold(
  tests: readonly ConditionTest[],
  context: RequestContext,
  { variables, rules = CONDITION_RULES }: { readonly variables: boolean; readonly rules?: ConditionRules },
): boolean {
  return tests.every((test) => holds(test, context, variables, rules));
}

function holds(test: ConditionTest, context: RequestContext, variables: boolean, rules: ConditionRules): boolean {
  const { operator, key } = test;
  const actual = context.valuesOf(key);
  if (operator.comparison === 'Null') return test.values.some((value) => rules.nullAgrees(value, actual === undefined));
  const comparison = rules.comparisons[operator.comparison];
  if (!comparison) return false;
  if (actual === undefined) return rules.absentKey.find(({ applies }) => applies(test, comparison))?.holds ?? false;

  const expected = expectedValues(test, context, variables);
  const satisfies = (value: string) => expected.some((pattern) => comparison.matches(value, pattern)) !== comparison.negated;
  return rules.quantifiers[operator.set ?? 'single'](actual, satisfies, comparison.negated);
}

/**
 * The policy's values; one whose variable has no value equals nothing and drops out.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
 */
function expectedValues({ values }: ConditionTest, context: RequestContext, variables: boolean): readonly Pattern[] {
  if (!variables) return values.map(patternOf);
  return values.map((value) => resolveVariables(value, context)).filter((pattern) => pattern !== undefined);
}
