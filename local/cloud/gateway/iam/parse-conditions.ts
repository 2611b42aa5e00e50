import { COMPARISONS, TRUE_OR_FALSE, type ComparisonName } from './condition-operators';
import { member, readList, readObject, readText, type Located } from './json-value';
import { MalformedPolicyDocument } from './malformed-policy-document';
import type { ConditionOperator, ConditionTest } from './policy';

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

/**
 * Reads a `Condition` block; operators that AWS does not know, and values that an operator cannot compare with, are errors.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 */
export function parseConditions(element: Located): readonly ConditionTest[] {
  const operators = readObject(element);
  return Object.keys(operators).flatMap((name) => {
    const block = member(operators, element.path, name);
    const operator = parseOperator(name, block.path);
    const keys = readObject(block);
    return Object.keys(keys).map((key) => parseTest(operator, key, member(keys, block.path, key)));
  });
}

function parseOperator(name: string, path: string): ConditionOperator {
  const [, set, comparison = '', ifExists] = OPERATOR.exec(name) ?? [];
  const isNull = name === 'Null';
  if (!isNull && !isComparison(comparison)) {
    throw new MalformedPolicyDocument(path, name, `${Object.keys(COMPARISONS).join(', ')}, with ForAllValues:, ForAnyValue: or IfExists; or Null`);
  }
  return {
    comparison: isNull ? 'Null' : (comparison as ComparisonName),
    set: set as ConditionOperator['set'],
    ifExists: ifExists !== undefined,
  };
}

function isComparison(name: string): name is ComparisonName {
  return Object.hasOwn(COMPARISONS, name);
}

function parseTest(operator: ConditionOperator, key: string, values: Located): ConditionTest {
  if (!/^[^:\s]+:\S+/.test(key)) throw new MalformedPolicyDocument(values.path, key, 'a condition key with its prefix, such as aws:SourceArn');
  const rule = operator.comparison === 'Null' ? TRUE_OR_FALSE : COMPARISONS[operator.comparison].values;
  return { operator, key, values: readList(values).map(({ value, path }) => readText({ value: scalarText(value), path }, rule.allowed, rule.accepts)) };
}

/** JSON booleans and numbers may stand for their text. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
function scalarText(value: unknown): unknown {
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : value;
}
