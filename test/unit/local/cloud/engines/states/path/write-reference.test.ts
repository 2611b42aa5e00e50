import fc from 'fast-check';
import type { Json } from '../../../../../../../local/cloud/engines/states/json';
import { readPath } from '../../../../../../../local/cloud/engines/states/path/json-path';
import { parseReferencePath } from '../../../../../../../local/cloud/engines/states/path/parse-path';
import { PlaceNotWritable, writeReference } from '../../../../../../../local/cloud/engines/states/path/write-reference';

const write = (input: Json, path: string, value: Json) => writeReference(input, parseReferencePath(path), value);

describe('writeReference', () => {
  test.each<[string, Json, string, Json]>([
    ['replaces everything', { a: 1 }, '$', 6],
    ['overwrites a field', { master: { detail: [1, 2, 3] } }, '$.master.detail', { master: { detail: 6 } }],
    ['adds a chain of fields', { master: { detail: 1 } }, '$.master.result.sum', { master: { detail: 1, result: { sum: 6 } } }],
    ['adds a field to an empty object', {}, '$.a.b', { a: { b: 6 } }],
    ['overwrites an element', { list: [1, 2] }, '$.list[1]', { list: [1, 6] }],
    ['counts elements from the end', { list: [1, 2] }, '$.list[-1]', { list: [1, 6] }],
    ['writes inside an element', { list: [{ a: 1 }] }, '$.list[0].b', { list: [{ a: 1, b: 6 }] }],
  ])('%s', (_case, input, path, expected) => {
    expect(write(input, path, 6)).toEqual(expected);
  });

  test('leaves the input as it was', () => {
    const input = { a: { b: 1 } };

    write(input, '$.a.b', 6);

    expect(input).toEqual({ a: { b: 1 } });
  });

  test.each<[string, Json, string]>([
    ['a field of a string', 'foo', '$.x'],
    ['a field of null', { a: null }, '$.a.x'],
    ['a field of an array', [1], '$.x'],
    ['an element that is not there', { a: [1] }, '$.a[1]'],
    ['an element before the first', { a: [1] }, '$.a[-2]'],
    ['an element of an object', { a: {} }, '$.a[0]'],
    ['an element of an absent array', {}, '$.a[0]'],
  ])('fails for %s', (_case, input, path) => {
    expect(() => write(input, path, 6)).toThrow(PlaceNotWritable);
  });

  test('writes where a path of the same text reads', () => {
    const name = fc.stringMatching(/^[a-z]{1,3}$/);
    fc.assert(
      fc.property(fc.dictionary(name, fc.dictionary(name, fc.integer())), name, name, fc.jsonValue(), (input, outer, inner, value) => {
        const path = parseReferencePath(`$.${outer}.${inner}`);

        expect(readPath(path, writeReference(input, path, value as Json))).toEqual(value);
      }),
    );
  });
});
