import fc from 'fast-check';
import { parseRecord } from '../../../../../lambda/snowflake-replicator/rows/parse-record';

/** As PostgreSQL writes it: texts in quotes, NULL as nothing. */
const write = (fields: readonly (string | null)[]) => fields.map((field) => (field === null ? '' : `'${field.replaceAll("'", "''")}'`)).join(',');

test('the fields of a record come out as they went in', () => {
  fc.assert(fc.property(fc.array(fc.option(fc.string({ unit: fc.constantFrom("'", ',', '\n', '"', 'a', 'é') })), { minLength: 1 }), (fields) => expect(parseRecord(write(fields))).toEqual(fields)));
});

test.each([
  ['1,2.50,t', ['1', '2.50', 't']],
  ["1,'',", ['1', '', null]],
  ["'a,b','it''s'", ['a,b', "it's"]],
  [',', [null, null]],
])('%s has its fields', (record, fields) => {
  expect(parseRecord(record)).toEqual(fields);
});

test.each([
  ["'never ends", 'ends within quotes'],
  ["'a'b,c", 'goes on with "b" after field 1'],
])('%s is no record', (record, message) => {
  expect(() => parseRecord(record)).toThrow(message);
});
