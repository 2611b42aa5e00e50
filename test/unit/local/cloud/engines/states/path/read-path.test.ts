import fc from 'fast-check';
import type { Json } from '../../../../../../../local/cloud/engines/states/json';
import { describeMiss, readPath } from '../../../../../../../local/cloud/engines/states/path/json-path';
import { parsePath, parseReferencePath } from '../../../../../../../local/cloud/engines/states/path/parse-path';
import { InvalidExpression } from '../../../../../../../local/cloud/engines/states/path/expression-scanner';

const STORE: Json = {
  books: [
    { title: 'Sea', price: 8, tags: ['blue'] },
    { title: 'Hill', price: 12.5, author: { name: 'Ann' } },
    { title: 'Sky', price: 20 },
  ],
  'with space': 1,
  limit: 10,
  none: null,
  nested: { books: [{ title: 'Inner', price: 1 }] },
  dotted: { 'a.b': 2 },
};

describe('readPath', () => {
  test.each<[string, Json]>([
    ['$', STORE],
    ['$.limit', 10],
    ['$.none', null],
    ['$.books[0].title', 'Sea'],
    ['$.books[-1].title', 'Sky'],
    ['$.books[-3].title', 'Sea'],
    ["$['with space']", 1],
    ['$["with space"]', 1],
    ["$.['with space']", 1],
    ["$.dotted['a.b']", 2],
    ['$.dotted.a\\.b', 2],
    ['$.books[1].author.name', 'Ann'],
  ])('yields the one value of %s', (path, expected) => {
    expect(readPath(parsePath(path), STORE)).toEqual(expected);
  });

  test.each<[string, Json]>([
    ['$.books[*].title', ['Sea', 'Hill', 'Sky']],
    ['$.books[0,2].title', ['Sea', 'Sky']],
    ['$.books[1:].title', ['Hill', 'Sky']],
    ['$.books[:1].title', ['Sea']],
    ['$.books[-2:].title', ['Hill', 'Sky']],
    ['$.books[0:2].title', ['Sea', 'Hill']],
    ["$.books[0]['title','price']", ['Sea', 8]],
    ['$..title', ['Sea', 'Hill', 'Sky', 'Inner']],
    ['$.nested.*', [[{ title: 'Inner', price: 1 }]]],
    ['$..books[0].title', ['Sea', 'Inner']],
    ['$.books[?(@.author)].title', ['Hill']],
    ['$.books[?(!@.author)].title', ['Sea', 'Sky']],
    ['$.books[?(@.price < 10)].title', ['Sea']],
    ['$.books[?(@.price <= 12.5)].title', ['Sea', 'Hill']],
    ['$.books[?(@.price > $.limit)].title', ['Hill', 'Sky']],
    ['$.books[?(@.price >= 20)].title', ['Sky']],
    ["$.books[?(@.title == 'Sea')].price", [8]],
    ["$.books[?(@['title'] != 'Sea')].price", [12.5, 20]],
    ["$.books[?(@.price > 10 && @.title == 'Sky')].price", [20]],
    ["$.books[?(@.title == 'Sea' || @.title == 'Sky')].price", [8, 20]],
    ["$.books[?((@.price > 10 || @.tags) && !(@.title == 'Sky'))].title", ['Sea', 'Hill']],
    ["$.books[?(@.price == '8')]", []],
    ["$.books[?(@.author.name < 'B')].title", ['Hill']],
    ['$.books[?(@.title < 3)]', []],
    ['$.absent[*]', []],
    ['$.absent[1:].title', []],
    ['$.limit[*]', []],
    ['$.books[7,8]', []],
  ])('yields the list of all matches of %s', (path, expected) => {
    expect(readPath(parsePath(path), STORE)).toEqual(expected);
  });

  test.each(['$.absent', '$.absent.title', '$.books.title', '$.books[3]', '$.books[-4]', '$.limit[0]', '$.limit.x', '$.none.x', '$.toString', '$.books.length'])(
    'yields nothing for %s',
    (path) => {
      expect(readPath(parsePath(path), STORE)).toBeUndefined();
    },
  );
});

describe('describeMiss', () => {
  test.each([
    ['$.absent', "No results for path: $['absent']"],
    ['$.no.such.path', "Missing property in path $['no']"],
    ['$.nested.absent', "No results for path: $['nested']['absent']"],
    ['$.books[7].title', "Missing property in path $['books'][7]"],
  ])('says where %s ends', (path, expected) => {
    expect(describeMiss(parsePath(path), STORE)).toBe(expected);
  });
});

describe('parsePath', () => {
  test.each([
    ['', 'expected "$"'],
    ['x', 'expected "$"'],
    ['$.', 'expected a field name'],
    ['$.a..', 'expected a field name'],
    ['$[', 'expected a field in quotes'],
    ['$[0', 'expected "]"'],
    ["$['a]", 'expected a field in quotes'],
    ['$.a b', 'expected "." or "["'],
    ['$.list.length()', 'function length() is not supported'],
    ['$name.x', 'variables are not supported'],
    ['$.a[?(@.x =~ /y/)]', 'regular expressions are not supported'],
    ['$.a[?(@.x in [1])]', 'expected ")"'],
    ['$.a[?(1)]', 'a literal needs a comparison'],
    ['$.a[0:4:2]', 'expected "]"'],
    ['$.a[0,]', 'expected another item'],
  ])('refuses "%s"', (path, reason) => {
    expect(() => parsePath(path)).toThrow(InvalidExpression);
    expect(() => parsePath(path)).toThrow(reason);
  });

  test('tells a path of the context object by its second dollar sign', () => {
    expect([parsePath('$$.Execution.Id').source, parsePath('$.Execution.Id').source]).toEqual(['context', 'input']);
  });

  test('finds every field name that is put in brackets and quotes', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const path = parsePath(`$['${name.replaceAll(/['\\]/g, '\\$&')}']`);

        expect(readPath(path, { [name]: 1 })).toBe(1);
      }),
    );
  });
});

describe('parseReferencePath', () => {
  test.each(['$', '$.store.book', '$.ledgers.branch[0].pending.count', '$.ledgers[0][22][315].foo', "$['store']['book']", "$['store'][0]['book']"])('accepts %s', (path) => {
    expect(parseReferencePath(path).text).toBe(path);
  });

  test.each(['$.a[*]', '$..a', '$.a[0,1]', '$.a[1:]', '$.a[?(@.b)]', "$['a','b']", '$.*'])('refuses %s, which can name several places', (path) => {
    expect(() => parseReferencePath(path)).toThrow('must name a single place');
  });
});
