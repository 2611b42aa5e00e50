import { canonicalJson, indentedJson } from '../../../../../../local/cloud/engines/snowflake/duck/canonical-json';

describe('canonicalJson', () => {
  test.each([
    ['{ "b": 1, "a": {"z": [1, 2], "c": null} }', '{"a":{"c":null,"z":[1,2]},"b":1}'],
    ['[1.50, 2.0, -0, 0.10]', '[1.5,2,0,0.1]'],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
    ['1e2', '1.000000000000000e+02'],
    [String.raw`"a\u00e9\/b"`, '"aé/b"'],
    ['{}', '{}'],
    ['[ ]', '[]'],
  ])('writes %s as %s', (given, expected) => {
    expect(canonicalJson(given)).toBe(expected);
  });

  test.each(['{"a":1,"a":2}', '{"a":1', '[1,]x', '{"x":{"a":1,"a":1}}'])('fails on %s', (given) => {
    expect(() => canonicalJson(given)).toThrow();
  });
});

describe('indentedJson', () => {
  test('breaks lines as Snowflake does', () => {
    expect(indentedJson('{"a":[1,{}],"b":"x,{"}')).toBe('{\n  "a": [\n    1,\n    {}\n  ],\n  "b": "x,{"\n}');
  });
});
