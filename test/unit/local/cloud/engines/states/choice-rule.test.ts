import { COMPARISONS, hasPathForm, matchesRule } from '../../../../../../local/cloud/engines/states/choice-rule';
import type { ChoiceRule } from '../../../../../../local/cloud/engines/states/definition';
import { runtimeFailure } from '../../../../../../local/cloud/engines/states/failure';
import type { Json } from '../../../../../../local/cloud/engines/states/json';

const CONTEXT = { Execution: { Name: 'run-1' } };
const match = (rule: ChoiceRule, input: Json = {}) => matchesRule(rule, { input, context: CONTEXT });

const EARLY = '2026-03-14T01:59:00Z';
const SAME_AS_EARLY = '2026-03-14T02:59:00+01:00';
const LATE = '2026-03-14T02:00:00Z';

describe('matchesRule', () => {
  describe.each([
    ['String', 'b', ['a', 'b', 'c'], [1, null, true, ['b'], { b: 'b' }]],
    ['Numeric', 2, [1, 2, 3], ['2', null, true, [2]]],
    ['Timestamp', SAME_AS_EARLY, ['2026-03-14T01:58:59Z', EARLY, LATE], ['2026-03-14', 5, null]],
  ])('%s comparisons', (family, expected, [below, equal, above], otherTypes) => {
    test.each([
      ['Equals', [false, true, false]],
      ['LessThan', [true, false, false]],
      ['LessThanEquals', [true, true, false]],
      ['GreaterThan', [false, false, true]],
      ['GreaterThanEquals', [false, true, true]],
    ])('%s matches what is below, equal and above: %j', (ordering, outcomes) => {
      const literal = [below, equal, above].map((value) => match({ Variable: '$.v', [`${family}${ordering}`]: expected }, { v: value as Json }));
      const path = [below, equal, above].map((value) => match({ Variable: '$.v', [`${family}${ordering}Path`]: '$.other' }, { v: value as Json, other: expected }));

      expect([literal, path]).toEqual([outcomes, outcomes]);
    });

    test.each(['Equals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'])('%s never matches values of another type', (ordering) => {
      for (const value of otherTypes) expect(match({ Variable: '$.v', [`${family}${ordering}`]: expected }, { v: value as Json })).toBe(false);
    });
  });

  test('orders strings by their characters, upper case first', () => {
    expect(match({ Variable: '$.v', StringLessThan: 'a' }, { v: 'Z' })).toBe(true);
  });

  test.each<[Json, Json, boolean]>([
    [true, true, true],
    [false, false, true],
    [true, false, false],
    ['true', true, false],
    [1, true, false],
    [null, false, false],
  ])('BooleanEquals of %j and %j is %s', (value, expected, outcome) => {
    expect(match({ Variable: '$.v', BooleanEquals: expected }, { v: value })).toBe(outcome);
    expect(match({ Variable: '$.v', BooleanEqualsPath: '$.e' }, { v: value, e: expected })).toBe(outcome);
  });

  test.each([
    ['foo*.log', 'foo23.log', true],
    ['foo*.log', 'foo.log', true],
    ['*.log', 'zebra.log', true],
    ['foo*.*', 'foobar.zebra', true],
    ['foo*.log', 'foo23.txt', false],
    ['*', '', true],
    ['a', 'aa', false],
    ['a.c', 'abc', false],
    ['a\\*c', 'a*c', true],
    ['a\\*c', 'abc', false],
    ['a\\\\*', 'a\\b', true],
    ['(x|y)+[a-z]$', '(x|y)+[a-z]$', true],
    ['a*b', 'a\nb', true],
  ])('StringMatches of pattern %j and %j is %s', (pattern, value, outcome) => {
    expect(match({ Variable: '$.v', StringMatches: pattern }, { v: value })).toBe(outcome);
  });

  test('StringMatches never matches what is no string', () => {
    expect(match({ Variable: '$.v', StringMatches: '*' }, { v: 1 })).toBe(false);
  });

  const SAMPLES: Readonly<Record<string, Json>> = { null: null, number: 1.5, string: 'x', boolean: false, timestamp: EARLY, list: [], object: {} };
  test.each([
    ['IsNull', ['null']],
    ['IsNumeric', ['number']],
    ['IsString', ['string', 'timestamp']],
    ['IsBoolean', ['boolean']],
    ['IsTimestamp', ['timestamp']],
    ['IsPresent', Object.keys(SAMPLES)],
  ])('%s holds for %j', (operator, holding) => {
    const asked = (expected: boolean) => Object.keys(SAMPLES).filter((name) => match({ Variable: `$.${name}`, [operator]: expected }, SAMPLES));

    expect(asked(true)).toEqual(holding);
    expect(asked(false)).toEqual(Object.keys(SAMPLES).filter((name) => !holding.includes(name)));
  });

  test.each([
    [true, false],
    [false, true],
  ])('IsPresent: %s of an absent variable is %s', (expected, outcome) => {
    expect(match({ Variable: '$.a.b', IsPresent: expected }, { a: 1 })).toBe(outcome);
  });

  const yes: ChoiceRule = { Variable: '$.v', NumericEquals: 1 };
  const no: ChoiceRule = { Variable: '$.v', NumericEquals: 2 };
  const broken: ChoiceRule = { Variable: '$.absent', NumericEquals: 2 };
  test.each<[string, ChoiceRule, boolean]>([
    ['And of all true', { And: [yes, yes] }, true],
    ['And with one false', { And: [yes, no] }, false],
    ['Or with one true', { Or: [no, yes] }, true],
    ['Or of all false', { Or: [no, no] }, false],
    ['Not of false', { Not: no }, true],
    ['Not of true', { Not: yes }, false],
    ['Or inside Not inside And', { And: [yes, { Not: { Or: [no, no] } }] }, true],
    ['And that is decided before an absent variable', { And: [no, broken] }, false],
    ['Or that is decided before an absent variable', { Or: [yes, broken] }, true],
  ])('%s', (_case, rule, outcome) => {
    expect(match(rule, { v: 1 })).toBe(outcome);
  });

  test('compares with the context object', () => {
    expect(match({ Variable: '$$.Execution.Name', StringEqualsPath: '$.name' }, { name: 'run-1' })).toBe(true);
  });

  test.each<[string, ChoiceRule]>([
    ['the variable', { Variable: '$.absent', StringEquals: 'x' }],
    ['the path it is compared with', { Variable: '$.v', NumericEqualsPath: '$.absent' }],
    ['the variable of a type test', { Variable: '$.absent', IsNull: true }],
  ])('fails the execution when %s is absent', (_case, rule) => {
    expect(() => match(rule, { v: 1 })).toThrow(runtimeFailure("Invalid path '$.absent': The choice state's condition path references an invalid value."));
  });
});

describe('COMPARISONS', () => {
  test('has the 39 operators of the specification, 16 of them also with Path', () => {
    const paths = Object.keys(COMPARISONS).filter(hasPathForm);

    expect([Object.keys(COMPARISONS).length, paths.length]).toEqual([23, 16]);
  });
});
