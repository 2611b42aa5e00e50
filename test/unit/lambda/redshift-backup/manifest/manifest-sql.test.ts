import { asTransaction, contentStatements, readCatalog, readContent } from '../../../../../lambda/redshift-backup/manifest/manifest-sql';

const ROWS = [
  ['sales', 'sale', 'id', 'bigint', 'true', 'true'],
  ['sales', 'sale', 'note', 'character varying(200)', 'false', 'true'],
  ['odd "schema"', "it's", 'flag', 'boolean', 'false', 'false'],
] as const;

describe('readCatalog', () => {
  it('groups columns by table and says what the reader may not read', () => {
    const catalog = readCatalog(ROWS);

    expect(catalog.tables).toEqual([
      { schema: 'sales', name: 'sale', columns: [{ name: 'id', type: 'bigint', notNull: true }, { name: 'note', type: 'character varying(200)', notNull: false }] },
      { schema: 'odd "schema"', name: "it's", columns: [{ name: 'flag', type: 'boolean', notNull: false }] },
    ]);
    expect(catalog.unreadable).toEqual([`"odd ""schema"""."it's"`]);
  });
});

describe('contentStatements', () => {
  it('hashes columns as text of their own kind, and quotes names in names and in text', () => {
    const [statement = ''] = contentStatements(readCatalog(ROWS).tables);

    expect(statement).toContain(`COALESCE(MD5(CAST("id" AS VARCHAR(256))), '-') || COALESCE(MD5("note"), '-')`);
    expect(statement).toContain(`CASE WHEN "flag" THEN 'true' WHEN NOT "flag" THEN 'false' END`);
    expect(statement).toContain(`CAST('"odd ""schema"""."it''s"' AS VARCHAR(600))`);
    expect(statement).toContain(`FROM "odd ""schema"""."it's"`);
  });

  test.each([
    ['super', 'JSON_SERIALIZE("c")'],
    ['varbyte(100)', 'TO_HEX("c")'],
    ['geometry', 'ST_AsHexEWKB("c")'],
  ])('writes a column of type %s as %s', (type, expected) => {
    expect(contentStatements([{ schema: 's', name: 't', columns: [{ name: 'c', type, notNull: false }] }])[0]).toContain(`MD5(${expected})`);
  });

  it('leaves out what has no text, and the content says so', () => {
    const tables = [{ schema: 's', name: 't', columns: [{ name: 'sketch', type: 'hllsketch', notNull: false }] }];

    expect(contentStatements(tables)[0]).toContain(`MD5('')`);
    expect(readContent([['"s"."t"', '3', '1', '2']], { tables, unreadable: [] })).toMatchObject([{ rows: 3, contentHash: '1:2', uncovered: ['sketch'] }]);
  });

  it('keeps every statement below what the Data API takes, and their number below what a run has time for', () => {
    const columns = Array.from({ length: 60 }, (_, index) => ({ name: `column_${index}`, type: 'integer', notNull: false }));
    const tables = Array.from({ length: 900 }, (_, index) => ({ schema: 's', name: `table_${index}`, columns }));

    const statements = contentStatements(tables);

    expect(Math.max(...statements.map(({ length }) => length))).toBeLessThanOrEqual(100_000);
    expect(statements.length).toBeLessThanOrEqual(100);
    expect(statements.join('\n').match(/FROM "s"\./g)).toHaveLength(900);
  });

  it('reads few tables at a time, in a transaction that sets how texts are written', () => {
    const tables = Array.from({ length: 25 }, (_, index) => ({ schema: 's', name: `table_${index}`, columns: [{ name: 'c', type: 'integer', notNull: false }] }));

    expect(contentStatements(tables).map((statement) => statement.match(/FROM "s"\./g)?.length)).toEqual([10, 10, 5]);
    expect(asTransaction('SELECT 1')).toEqual([`SET datestyle TO 'ISO, MDY'`, `SET timezone TO 'UTC'`, 'SET extra_float_digits TO 0', 'SET enable_case_sensitive_identifier TO true', 'SELECT 1']);
  });
});
