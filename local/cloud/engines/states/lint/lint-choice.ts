import { COMPARISONS, type ComparedType, hasPathForm } from '../choice-rule';
import { isJsonArray, type Json, type JsonObject } from '../json';
import { anything, type FieldCheck, flag, number, path, text, timestamp } from './field-checks';
import type { Findings } from './lint-finding';

const LITERALS: Readonly<Record<ComparedType, FieldCheck>> = { string: text, number: number(-Infinity, Infinity), boolean: flag, timestamp };

const RULE_FIELDS: Readonly<Record<string, FieldCheck>> = {
  Comment: text,
  Variable: path,
  // Rules inside a rule are looked at one by one.
  And: anything,
  Or: anything,
  Not: anything,
  StringMatches: (value) => text(value) ?? (/^(?:[^\\]|\\[\\*])*$/s.test(value as string) ? undefined : 'has a backslash that escapes neither "*" nor "\\"'),
  ...Object.fromEntries(
    Object.entries(COMPARISONS)
      .filter(([operator]) => operator !== 'StringMatches')
      .map(([operator, type]) => [operator, LITERALS[type]]),
  ),
  ...Object.fromEntries(
    Object.keys(COMPARISONS)
      .filter(hasPathForm)
      .map((operator) => [`${operator}Path`, path]),
  ),
};

/** Lints the rules of a Choice state. */
export function lintChoices(choices: Json | undefined, findings: Findings): void {
  if (!isJsonArray(choices) || choices.length === 0) return findings.add('Choices', 'must be a list of at least one rule');
  choices.forEach((rule, index) => lintRule(rule, `Choices[${index}]`, findings, { ...RULE_FIELDS, Next: text }));
}

function lintRule(value: Json, field: string, findings: Findings, fields = RULE_FIELDS): void {
  const rule = findings.checkFields(value, fields, `${field}.`);
  if (!rule) return;
  const decisive = Object.keys(rule).filter((name) => !['Comment', 'Next', 'Variable'].includes(name));
  if (decisive.length !== 1) findings.add(field, `must have exactly one of And, Or, Not or a comparison but has ${decisive.length === 0 ? 'none' : decisive.join(', ')}`);
  const isJunction = ['And', 'Or', 'Not'].some((name) => name in rule);
  if (isJunction === 'Variable' in rule) findings.add(field, isJunction ? 'must have no Variable' : 'must have a Variable');
  lintInnerRules(rule, field, findings);
}

function lintInnerRules(rule: JsonObject, field: string, findings: Findings): void {
  for (const junction of ['And', 'Or'] as const) {
    const inner = rule[junction];
    if (inner === undefined) continue;
    if (isJsonArray(inner) && inner.length > 0) inner.forEach((term, index) => lintRule(term, `${field}.${junction}[${index}]`, findings));
    else findings.add(`${field}.${junction}`, 'must be a list of at least one rule');
  }
  if (rule.Not !== undefined) lintRule(rule.Not, `${field}.Not`, findings);
}
