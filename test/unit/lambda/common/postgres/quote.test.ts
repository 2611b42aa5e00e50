import { identifier, literal, qualified } from '../../../../../lambda/common/postgres/quote';

describe('identifier', () => {
  test.each([
    ['orders', '"orders"'],
    ['Order "A"', '"Order ""A"""'],
    [`x"; DROP TABLE y; --`, `"x""; DROP TABLE y; --"`],
    [`it's`, `"it's"`],
    ['back\\slash', '"back\\slash"'],
    ['line\nfeed', '"line\nfeed"'],
    ['', '""'],
  ])('quotes %j', (name, quoted) => {
    expect(identifier(name)).toBe(quoted);
  });

  it('refuses what PostgreSQL cuts off at', () => {
    expect(() => identifier('orders\0"; DROP')).toThrow('NUL');
  });
});

describe('qualified', () => {
  it('quotes both parts', () => {
    expect(qualified('a.b', 'c"d')).toBe('"a.b"."c""d"');
  });
});

describe('literal', () => {
  test.each([
    ['plain', `'plain'`],
    [`it's`, `'it''s'`],
    [`'; DROP TABLE x; --`, `'''; DROP TABLE x; --'`],
    ['back\\slash', String.raw` E'back\\slash'`],
  ])('quotes %j', (text, quoted) => {
    expect(literal(text)).toBe(quoted);
  });
});
