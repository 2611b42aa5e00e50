import { StateFailure } from '../../../../../../../local/cloud/engines/states/failure';
import { evaluateIntrinsic } from '../../../../../../../local/cloud/engines/states/intrinsic/evaluate-intrinsic';
import { parseIntrinsic } from '../../../../../../../local/cloud/engines/states/intrinsic/parse-intrinsic';
import type { Json } from '../../../../../../../local/cloud/engines/states/json';

const CONTEXT = { Execution: { Name: 'run-1' } };

function evaluate(text: string, input: Json = {}, random: () => number = () => 0.5): Json {
  return evaluateIntrinsic(parseIntrinsic(text), { input, context: CONTEXT, random });
}

function failureOf(text: string, input: Json = {}): StateFailure {
  try {
    evaluate(text, input);
  } catch (error) {
    if (error instanceof StateFailure) return error;
    throw error;
  }
  throw new Error(`${text} did not fail`);
}

describe('evaluateIntrinsic', () => {
  // Inputs and outputs of the AWS documentation and of recordings from AWS.
  test.each<[string, Json, Json]>([
    ["States.Format('Hello, my name is {}.', $.name)", { name: 'Arnav' }, 'Hello, my name is Arnav.'],
    ["States.Format($.template, $.name)", { template: 'Hello, {}.', name: 'Arnav' }, 'Hello, Arnav.'],
    ["States.Format('{} {} {} {}', $.n, 1.5, true, 'x')", { n: null }, 'null 1.5 true x'],
    ["States.Format('no place')", {}, 'no place'],
    ["States.Format('\\{\\} is {}, it\\'s a \\\\', 1)", {}, "{} is 1, it's a \\"],
    ["States.Format('{}', '{}')", {}, '{}'],
    ["States.Format('in {}', $$.Execution.Name)", {}, 'in run-1'],
    ['States.StringToJson($.text)', { text: '{"foo":"bar"}' }, { foo: 'bar' }],
    ['States.StringToJson($.text)', { text: '[1, 2, "x"]' }, [1, 2, 'x']],
    ['States.StringToJson($.text)', { text: 'null' }, null],
    ['States.StringToJson($.text)', { text: ' ' }, null],
    ['States.JsonToString($.value)', { value: { Arg1: 1, Arg2: [] } }, '{"Arg1":1,"Arg2":[]}'],
    ['States.JsonToString($.value)', { value: 'HelloWorld' }, '"HelloWorld"'],
    ['States.JsonToString($.value)', { value: null }, 'null'],
    ['States.Array()', {}, []],
    ["States.Array('Foo', 2020, $.some, null)", { some: { a: 'b' } }, ['Foo', 2020, { a: 'b' }, null]],
    ['States.ArrayPartition($.a, 4)', { a: [1, 2, 3, 4, 5, 6, 7, 8, 9] }, [[1, 2, 3, 4], [5, 6, 7, 8], [9]]],
    ['States.ArrayPartition($.a, 2)', { a: [] }, []],
    ['States.ArrayPartition($.a, 1.5)', { a: [1, 2, 3] }, [[1, 2], [3]]],
    ['States.ArrayContains($.a, $.x)', { a: [1, 2, 3], x: 3 }, true],
    ['States.ArrayContains($.a, $.x)', { a: [{ a: 1, b: [] }], x: { b: [], a: 1 } }, true],
    ['States.ArrayContains($.a, $.x)', { a: [{ a: 1, b: [] }], x: [] }, false],
    ['States.ArrayContains($.a, $.x)', { a: [[1, 2]], x: [2, 1] }, false],
    ['States.ArrayRange(1, 9, 2)', {}, [1, 3, 5, 7, 9]],
    ['States.ArrayRange(0, 10, 3)', {}, [0, 3, 6, 9]],
    ['States.ArrayRange(3, 1, -1)', {}, [3, 2, 1]],
    ['States.ArrayRange(3, 1, 1)', {}, []],
    ['States.ArrayGetItem($.a, 5)', { a: [1, 2, 3, 4, 5, 6] }, 6],
    ['States.ArrayLength($.a)', { a: [1, 2, null] }, 3],
    ['States.ArrayUnique($.a)', { a: [1, 2, 3, 3, 4, 1, '1', { x: [] }, { x: [] }, null, null] }, [1, 2, 3, 4, '1', { x: [] }, null]],
    ['States.Base64Encode($.text)', { text: 'Data to encode' }, 'RGF0YSB0byBlbmNvZGU='],
    ['States.Base64Encode($.text)', { text: '' }, ''],
    ['States.Base64Decode($.text)', { text: 'RGF0YSB0byBlbmNvZGU=' }, 'Data to encode'],
    ["States.Hash('input data', 'MD5')", {}, '812f45842bc6d66ee14572ce20db8e86'],
    ["States.Hash('input data', 'SHA-1')", {}, 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ["States.Hash('input data', 'SHA-256')", {}, 'b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3'],
    ["States.Hash('input data', 'SHA-384')", {}, 'd28a7d5cf25a74f11a50a18452b75e04bb3d70c9dd0510d6123aa008c756511b87525bdc835ebb27e1fb9e9374a15562'],
    [
      "States.Hash('input data', 'SHA-512')",
      {},
      '6ce4adb348546d4f449c4d25aad9a7c9cb711d9e91982d3f0b29ca2f3f47d4ce2deba23bf2954f0f1d593fc50283731a533d30d425402d4f91316d871303aac4',
    ],
    ['States.JsonMerge($.a, $.b, false)', { a: { a: { a1: 1 }, b: 2 }, b: { a: { a3: 1 }, c: 3 } }, { a: { a3: 1 }, b: 2, c: 3 }],
    ['States.MathAdd($.v, -1)', { v: 111 }, 110],
    ['States.MathAdd(1.49, 1.5)', {}, 3],
    ['States.MathAdd(-1.5, -1.51)', {}, -3],
    ['States.MathAdd(-0.5, 0)', {}, 0],
    ["States.StringSplit('1,2,3,4,5', ',')", {}, ['1', '2', '3', '4', '5']],
    ["States.StringSplit('This.is+a,test=string', '.+,=')", {}, ['This', 'is', 'a', 'test', 'string']],
    ["States.StringSplit(', , ,', ',')", {}, [' ', ' ']],
    ["States.StringSplit(',,,,', ',')", {}, []],
    ["States.ArrayGetItem(States.StringSplit($.arn, ':'), 5)", { arn: 'arn:aws:rds:eu-west-1:1:cluster:x' }, 'cluster'],
  ])('evaluates %s on %j', (text, input, expected) => {
    expect(evaluate(text, input)).toEqual(expected);
  });

  test('draws a random number from the first up to, but not including, the second', () => {
    expect(evaluate('States.MathRandom(1, 10)', {}, () => 0)).toBe(1);
    expect(evaluate('States.MathRandom(1, 10)', {}, () => 0.9999)).toBe(9);
  });

  test('draws the same number for the same seed and another for another', () => {
    const draws = ['7', '7', '8'].map((seed) => evaluate(`States.MathRandom(0, 1000000, ${seed})`));

    expect(draws[0]).toBe(draws[1]);
    expect(draws[0]).not.toBe(draws[2]);
  });

  test('makes a version 4 UUID of the random numbers', () => {
    expect(evaluate('States.UUID()', {}, () => 0.999)).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
    expect(evaluate('States.UUID()', {}, () => 0)).toBe('00000000-0000-4000-8000-000000000000');
  });

  test.each<[string, Json, string]>([
    ["States.Format('{} {}', 1)", {}, 'more "{}" than there are values'],
    ["States.Format('{}', 1, 2)", {}, '1 times "{}" for 2 values'],
    ["States.Format('{}', $.o)", { o: { a: 1 } }, 'no object or array'],
    ['States.Format(1)', {}, 'argument 1 must be a string but was 1'],
    ['States.StringToJson($.text)', { text: '{' }, 'not JSON'],
    ['States.StringToJson(1)', {}, 'must be a string'],
    ['States.ArrayPartition($.a, 0)', { a: [1] }, 'must be positive'],
    ['States.ArrayPartition($.a, 1)', { a: 'x' }, 'must be an array'],
    ['States.ArrayRange(1, 2, 0)', {}, 'must not be zero'],
    ['States.ArrayGetItem($.a, 1)', { a: [1] }, 'outside an array of 1'],
    ["States.Base64Decode('?')", {}, 'not Base64'],
    ["States.Hash('x', 'SHA-2')", {}, 'must be one of MD5'],
    ['States.JsonMerge($.a, $.a, true)', { a: {} }, 'only shallow'],
    ['States.JsonMerge($.a, 1, false)', { a: {} }, 'argument 2 must be an object'],
    ["States.MathAdd(1, 'x')", {}, 'must be a number'],
    ['States.MathAdd(2147483647, 1)', {}, 'outside'],
    ['States.MathRandom(2, 2)', {}, 'must be above 2'],
  ])('fails with States.IntrinsicFailure for %s on %j', (text, input, reason) => {
    const failure = failureOf(text, input);

    expect(failure.error).toBe('States.IntrinsicFailure');
    expect(failure.failureCause).toContain(`The function '${text}' had the following error: `);
    expect(failure.failureCause).toContain(reason);
  });

  test.each([
    ['a range of 1000 items', 'States.ArrayLength(States.ArrayRange(1, 1000, 1))', {}, 1000],
    ['a text of 10,000 characters', 'States.Base64Encode($.x)', { x: 'a'.repeat(10_000) }, Buffer.from('a'.repeat(10_000)).toString('base64')],
  ])('allows %s', (_case, text, input, expected) => {
    expect(evaluate(text, input)).toBe(expected);
  });

  test.each([
    ['a range of 1001 items', 'States.ArrayRange(0, 1000, 1)', {}],
    ['a text of 10,001 characters', 'States.Base64Encode($.x)', { x: 'a'.repeat(10_001) }],
  ])('refuses %s', (_case, text, input) => {
    expect(failureOf(text, input).error).toBe('States.IntrinsicFailure');
  });

  test('fails the execution when a path among the arguments matches nothing', () => {
    expect(failureOf("States.Format('{}', $.absent)", { a: 1 })).toMatchObject({
      error: 'States.Runtime',
      failureCause: `The function 'States.Format('{}', $.absent)' had the following error: The JsonPath argument for the field '$.absent' could not be found in the input '{"a":1}'`,
    });
  });
});

describe('parseIntrinsic', () => {
  test.each([
    ['States.Nothing()', 'there is no intrinsic function States.Nothing'],
    ['States.toString()', 'there is no intrinsic function'],
    ['Format()', 'there is no intrinsic function'],
    ['States.UUID(1)', 'takes 0 arguments but has 1'],
    ['States.ArrayGetItem($.a)', 'takes 2 arguments but has 1'],
    ['States.Format()', 'takes 1 or more arguments but has 0'],
    ['States.Array(1', 'expected ")"'],
    ['States.Array(1) x', 'expected the end'],
    ['States.Array(,)', 'expected the name'],
    ["States.Array('a\\n')", 'expected the name'],
    ["States.Array('a)", 'expected the name'],
    ['States.Array($.a[?(@.x)', ''],
    ['States.Array($x)', 'variables are not supported'],
    ['', 'expected the name'],
  ])('refuses "%s"', (text, reason) => {
    expect(() => parseIntrinsic(text)).toThrow(reason);
  });

  test('reads paths with commas, brackets and parentheses inside', () => {
    const input: Json = { a: [{ x: 1, 'b,)': 2 }, { x: 2 }] };

    expect(evaluate("States.Array($.a[0,1].x, $.a[0]['b,)'], $.a[?(@.x == 2)])", input)).toEqual([[1, 2], 2, [{ x: 2 }]]);
  });

  test.each([
    [10, true],
    [11, false],
  ])('nests functions %i deep: %s', (depth, isAllowed) => {
    const text = `${'States.Array('.repeat(depth)}1${')'.repeat(depth)}`;

    const parse = () => parseIntrinsic(text);

    if (isAllowed) expect(parse).not.toThrow();
    else expect(parse).toThrow('nested 10 deep');
  });
});
