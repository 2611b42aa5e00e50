import { SnowflakeError } from '../../../../../../local/cloud/engines/snowflake/snowflake-error';
import { tokenize } from '../../../../../../local/cloud/engines/snowflake/sql/lexer';

const kinds = (sql: string) =>
  tokenize(sql)
    .slice(0, -1)
    .map(({ kind, value }) => `${kind}:${value}`);

describe('tokenize', () => {
  test('folds unquoted identifiers to upper case and leaves quoted ones alone', () => {
    expect(kinds('Id "Id" "a""b"')).toEqual(['word:ID', 'quoted:Id', 'quoted:a"b']);
  });

  test.each([
    [String.raw`'a\nb'`, 'a\nb'],
    [String.raw`'a\\b'`, 'a\\b'],
    [String.raw`'it''s'`, "it's"],
    [String.raw`'\x41B'`, 'AB'],
    ["$$a\\n'b$$", "a\\n'b"],
  ])('decodes the literal %s', (sql, expected) => {
    expect(tokenize(sql)[0]).toMatchObject({ kind: 'string', value: expected });
  });

  test('reads a stage with its path as one token', () => {
    expect(kinds('@db."My Schema".stg/a/b.csv)')).toEqual(['stage:@db."My Schema".stg/a/b.csv', 'operator:)']);
  });

  test('tells a cast from a bind and a field from an identifier', () => {
    expect(kinds('x::INT :1 ? $2')).toEqual(['word:X', 'operator:::', 'word:INT', 'bind:1', 'bind:?', 'field:2']);
  });

  test('skips comments of every form', () => {
    expect(kinds('a -- x\nb // y\nc /* z */ d')).toEqual(['word:A', 'word:B', 'word:C', 'word:D']);
  });

  test.each(["'open", '"open', '/* open', '""'])('fails on %s', (sql) => {
    expect(() => tokenize(sql)).toThrow(SnowflakeError);
  });
});
